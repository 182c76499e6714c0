using System.Reflection;
using Microsoft.ML.Cnn.Experiments.Spaces;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Trainers;
using Microsoft.ML.Cnn.Transforms;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Experiments.Tasks;

/// <summary>
/// What the names of a search space stand for where no function of the user's says it: fields of the trainer's options that are numbers, texts, truth values or enumeration values, and
/// networks, optimizers, schedules, augmentations and losses by their names.
/// </summary>
internal static class OptionNames
{
    private const string Loss = nameof(CnnRegressionTrainer.Options.Loss);

    /// <summary>What the experiment decides of the options, and how it is told.</summary>
    private static readonly Dictionary<string, string> decided = new()
    {
        { nameof(CnnTrainerOptions.Epoch), nameof(CnnExperiment.SetMaxEpoch) },
        { nameof(CnnTrainerOptions.EarlyStoppingCriteria), nameof(CnnExperiment.SetHalving) },
        { nameof(CnnTrainerOptions.Threads), nameof(CnnExperiment.SetConcurrentTrials) },
        { nameof(CnnTrainerOptions.Seed), nameof(CnnExperiment.SetSeed) },
        { nameof(CnnTrainerOptions.ValidationSet), nameof(CnnExperiment.SetDataset) },
        { nameof(CnnTrainerOptions.ValidationSetFraction), nameof(CnnExperiment.SetDataset) },
        { nameof(CnnTrainerOptions.LabelColumnName), "the label column of SetMulticlassClassificationMetric and its like" },
        { nameof(CnnTrainerOptions.WorkspacePath), nameof(CnnExperiment.SetCheckpoint) },
        { nameof(CnnTrainerOptions.Resume), nameof(CnnExperiment.SetCheckpoint) },
        { nameof(CnnTrainerOptions.CancellationToken), nameof(CnnExperiment.RunAsync) },
        { nameof(CnnTrainerOptions.OnCancellation), nameof(CnnExperiment.RunAsync) },
        { nameof(CnnTrainerOptions.MetricsCallback), nameof(CnnExperiment.SetMonitor) },
        { nameof(CnnTrainerOptions.Progress), nameof(CnnExperiment.SetMonitor) },
        { nameof(CnnTrainerOptions.BatchProgress), nameof(CnnExperiment.SetMonitor) },
    };

    private static readonly string[] byKind =
    [
        NamedNetworks.Option,
        nameof(CnnTrainerOptions.Optimizer),
        nameof(CnnTrainerOptions.LearningRateScheduler),
        nameof(CnnTrainerOptions.Augmentation),
        Loss,
    ];

    /// <summary>Sets what parameters name; the network if they have one.</summary>
    /// <param name="parameters">Of a trial.</param>
    /// <param name="options">That are set.</param>
    /// <param name="schema">Of the dataset.</param>
    /// <exception cref="ArgumentException">A name or a value stands for nothing, or is out of its range.</exception>
    /// <exception cref="InvalidCastException">A value is of another type than its option.</exception>
    /// <exception cref="ShapeException">The images do not fit the network.</exception>
    public static void Apply(CnnParameters parameters, CnnTrainerOptions options, DataViewSchema schema)
    {
        foreach (string path in parameters.Names)
        {
            string name = path.Split('.')[0];
            bool isByKind = byKind.Contains(name) && (name != Loss || options is CnnRegressionTrainer.Options);
            if (isByKind || path == NamedOptions.WeightDecay)
            {
                continue;
            }

            if (path != name)
            {
                throw new ArgumentException($"'{path}' stands for nothing: nothing may vary under '{name}'.");
            }

            SetField(parameters, name, options);
        }

        NamedOptions.SetOptimizer(parameters, options);
        if (parameters.Contains(nameof(options.LearningRateScheduler)))
        {
            options.LearningRateScheduler = NamedOptions.Schedules.Make(parameters);
        }

        if (parameters.Contains(nameof(options.Augmentation)))
        {
            options.Augmentation = NamedOptions.Augmentations.Make(parameters);
        }

        if (options is CnnRegressionTrainer.Options regression && parameters.Contains(Loss))
        {
            regression.Loss = NamedOptions.Losses.Make(parameters);
        }

        if (parameters.Contains(NamedNetworks.Option))
        {
            options.Network = NamedNetworks.Make(parameters, ImageOf(schema, options));
        }
    }

    /// <summary>Checks that every name of a space, every value of its choices and both ends of its ranges stand for something that the trainer takes.</summary>
    /// <param name="space">The space.</param>
    /// <param name="create">Options by default.</param>
    /// <param name="schema">Of the dataset.</param>
    /// <exception cref="ArgumentException">Not all do.</exception>
    public static void Require(CnnSearchSpace space, Func<CnnTrainerOptions> create, DataViewSchema schema)
    {
        Require(space.Defaults, create(), schema, "");
        foreach ((SearchPath path, CnnParameters parameters) in space.Extremes())
        {
            Require(parameters, create(), schema, $" where {path} is {OptionText.Of(parameters[path.Name])}");
        }
    }

    /// <summary>The shape of an image of a dataset.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column, or its type does not tell.</exception>
    public static Shape ImageOf(DataViewSchema schema, CnnTrainerOptions options)
    {
        DataViewSchema.Column feature = FeatureColumn.Find(schema, options.FeatureColumnName, nameof(CnnExperiment.SetDataset));
        return InputShapeRule.Infer(feature.Name, (VectorDataViewType)feature.Type, options.InputShape, options.PixelOrder).Shape;
    }

    private static void Require(CnnParameters parameters, CnnTrainerOptions options, DataViewSchema schema, string where)
    {
        try
        {
            Apply(parameters, options, schema);
            if (options.Network is not null)
            {
                OptionsCheck.Check(options);
            }
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidCastException or OverflowException or ShapeException)
        {
            throw new ArgumentException($"The search space does not fit the trainer{where}. {exception.Message}", exception);
        }
    }

    private static void SetField(CnnParameters parameters, string name, CnnTrainerOptions options)
    {
        if (decided.TryGetValue(name, out string? method))
        {
            throw new ArgumentException($"'{name}' cannot vary: the experiment decides it. What would work: {method}.");
        }

        FieldInfo field =
            options.GetType().GetField(name)
            ?? throw new ArgumentException(
                $"The parameter '{name}' is no option of the trainer. What would work: the name of a field of its options, or SetOptions with a function that says what it stands for."
            );
        Type type = Nullable.GetUnderlyingType(field.FieldType) ?? field.FieldType;
        if (!type.IsPrimitive && !type.IsEnum && type != typeof(string))
        {
            throw new ArgumentException(
                $"'{name}' is no number, text, truth value or enumeration value, but {type.Name}. What would work: SetOptions with a function that says what its values stand for."
            );
        }

        field.SetValue(options, CnnParameters.Convert(parameters[name], field.FieldType, name));
    }
}
