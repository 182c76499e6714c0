using System.Collections.Immutable;
using Microsoft.ML.Cnn.Training;
using Microsoft.ML.Cnn.Training.Checkpoints;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>To tell classes apart.</summary>
internal sealed class ClassificationTask : TrainingTask
{
    private readonly string label;
    private readonly ImmutableArray<string>? known;
    private readonly ImmutableArray<string> names;
    private readonly ClassWeights? weights;

    /// <param name="label">The name of the column.</param>
    /// <param name="known">The key values, where there are any.</param>
    /// <param name="names">What classes are called in options and messages.</param>
    /// <param name="weights">Of classes, if any.</param>
    /// <param name="loss">One of classes.</param>
    private ClassificationTask(string label, ImmutableArray<string>? known, ImmutableArray<string> names, ClassWeights? weights, Loss loss)
    {
        weights?.RequireKnown(names, label);
        (this.label, this.known, this.names, this.weights, Loss) = (label, known, names, weights, loss);
    }

    public override int Outputs => Output == ModelOutput.Softmax ? names.Length : 1;

    public override ModelOutput Output => Loss is SoftmaxCrossEntropy ? ModelOutput.Softmax : ModelOutput.Sigmoid;

    public override Loss Loss { get; }

    public override ImmutableArray<string> ClassNames => known ?? [];

    public override IEnumerable<IdentityPart> Identity => [new("ClassWeights", IdentityText.Of(weights))];

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
        new(
            columns.Label.Name,
            known,
            ClassWeights.NamesOf(known, columns.Classes),
            options.ClassWeights,
            new SoftmaxCrossEntropy(options.LabelSmoothing)
        )
        {
            GoOn = goOn,
        };

    /// <summary>One output is above zero for true.</summary>
    /// <inheritdoc cref="Multiclass"/>
    public static ClassificationTask Binary(
        ExampleColumns columns,
        CnnClassificationTrainerOptions options,
        Func<Network, Shape, StartingPoint>? goOn
    ) =>
        new(columns.Label.Name, null, ["false", "true"], options.ClassWeights, new SigmoidCrossEntropy(options.LabelSmoothing))
        {
            GoOn = goOn,
        };

    public override string ToString() => $"in {names.Length} classes";

    public override void Check(PixelStatistics statistics)
    {
        if (statistics.ClassRows.Count == 1)
        {
            (int only, long rows) = statistics.ClassRows.First();
            string name = Output == ModelOutput.Softmax && known is null ? $"key {names[only]}" : names[only];
            throw new InvalidOperationException(
                $"All {rows} training rows have the same label in column '{label}': {name}. There must be rows of at least two classes."
            );
        }
    }

    public override IExampleSource ForTraining(IExampleSource examples, PixelStatistics statistics) =>
        weights is null ? examples : new ClassWeightedSource(examples, weights.Resolve(names, statistics));
}
