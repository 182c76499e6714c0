using System.Collections.Immutable;
using Microsoft.ML.Cnn.Training;
using Microsoft.ML.Cnn.Training.Checkpoints;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>To tell classes apart.</summary>
internal sealed class ClassificationTask : TrainingTask
{
    private readonly string label;
    private readonly ImmutableArray<string> names;
    private readonly ClassWeights? weights;

    private ClassificationTask(string label, ImmutableArray<string> names, ClassWeights? weights)
    {
        weights?.RequireKnown(names, label);
        (this.label, this.names, this.weights) = (label, names, weights);
    }

    public override int Outputs => Output == ModelOutput.Softmax ? names.Length : 1;

    public override ModelOutput Output => Loss is SoftmaxCrossEntropy ? ModelOutput.Softmax : ModelOutput.Sigmoid;

    public override Loss Loss => SetLoss;

    public override ImmutableArray<string> ClassNames => Known ?? [];

    public override IEnumerable<IdentityPart> Identity => [new("ClassWeights", IdentityText.Of(weights))];

    private Loss SetLoss { get; init; } = null!;

    private ImmutableArray<string>? Known { get; init; }

    /// <summary>Each class has an output of its own.</summary>
    /// <param name="columns">The label is a key.</param>
    /// <param name="known">The key values, where there are any.</param>
    /// <param name="options">Of the trainer.</param>
    /// <param name="goOn">As of <see cref="TrainingTask.GoOn"/>.</param>
    /// <exception cref="ArgumentException">There is a weight for an unknown class.</exception>
    public static ClassificationTask Multiclass(
        ExampleColumns columns,
        ImmutableArray<string>? known,
        CnnClassificationTrainerOptions options,
        Func<Network, Shape, StartingPoint>? goOn
    ) =>
        new(columns.Label.Name, ClassWeights.NamesOf(known, columns.Classes), options.ClassWeights)
        {
            SetLoss = new SoftmaxCrossEntropy(options.LabelSmoothing),
            Known = known,
            GoOn = goOn,
        };

    /// <summary>One output is above zero for true.</summary>
    /// <inheritdoc cref="Multiclass"/>
    public static ClassificationTask Binary(
        ExampleColumns columns,
        CnnClassificationTrainerOptions options,
        Func<Network, Shape, StartingPoint>? goOn
    ) =>
        new(columns.Label.Name, ["false", "true"], options.ClassWeights)
        {
            SetLoss = new SigmoidCrossEntropy(options.LabelSmoothing),
            GoOn = goOn,
        };

    public override string ToString() => $"in {names.Length} classes";

    public override void Check(PixelStatistics statistics)
    {
        if (statistics.ClassRows.Count == 1)
        {
            (int only, long rows) = statistics.ClassRows.First();
            string name = Output == ModelOutput.Softmax && Known is null ? $"key {names[only]}" : names[only];
            throw new InvalidOperationException(
                $"All {rows} training rows have the same label in column '{label}': {name}. There must be rows of at least two classes."
            );
        }
    }

    public override IExampleSource ForTraining(IExampleSource examples, PixelStatistics statistics) =>
        weights is null ? examples : new ClassWeightedSource(examples, weights.Resolve(names, statistics));
}
