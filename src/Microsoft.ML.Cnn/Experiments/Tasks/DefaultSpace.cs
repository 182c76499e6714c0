using System.Reflection;
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.Cnn.Experiments.Tasks;

/// <summary>
/// What is searched unless told otherwise: the architectures of <see cref="StackedNetwork"/>, and the fields of the options that bear a range or a choice
/// for it, with the weight decay of the optimizer.
/// </summary>
internal static class DefaultSpace
{
    private const string WeightDecay = "WeightDecay";
    private const string HuberDelta = "Loss.Delta";
    private static readonly string LossName = nameof(CnnRegressionTrainer.Options.Loss);

    /// <summary>Epochs are not searched: halving decides them. Of a regression the loss is searched, too.</summary>
    /// <param name="options">The type of the trainer's options.</param>
    public static CnnSearchSpace Create(Type options)
    {
        CnnSearchSpace space = new() { { StackedNetwork.Option.Key, StackedNetwork.Option.Value } };
        foreach (FieldInfo field in options.GetFields().Where(field => field.Name != nameof(CnnTrainerOptions.Epoch)))
        {
            if (field.GetCustomAttribute<RangeAttribute>() is { } range)
            {
                space.Add(field.Name, Option(range));
            }
            else if (field.GetCustomAttribute<ChoiceAttribute>() is { } choice)
            {
                space.Add(field.Name, CnnSearchOption.Choice(choice.Candidates));
            }
        }

        space.Add(WeightDecay, CnnSearchOption.LogUniform(1e-5, 1e-2, 5e-4));
        if (options == typeof(CnnRegressionTrainer.Options))
        {
            CnnSearchSpace huber = new() { { "Delta", CnnSearchOption.LogUniform(0.1, 3, 1) } };
            space.Add(LossName, CnnSearchOption.Alternatives((nameof(SquaredLoss), []), (nameof(HuberLoss), huber)));
        }

        return space;
    }

    /// <summary>Sets what parameters name; the network if they have one.</summary>
    /// <exception cref="ArgumentException">A parameter is no field of the options.</exception>
    public static void Apply(CnnParameters parameters, CnnTrainerOptions options)
    {
        foreach (string name in parameters.Names.Where(name => !name.Contains('.', StringComparison.Ordinal)))
        {
            if (name == StackedNetwork.Option.Key)
            {
                options.Network = StackedNetwork.Of(parameters);
            }
            else if (name == nameof(options.LearningRateScheduler))
            {
                options.LearningRateScheduler = NamedOptions.Schedule(parameters.Get<string>(name));
            }
            else if (name == nameof(options.Augmentation))
            {
                options.Augmentation = NamedOptions.Augmentation(parameters.Get<string>(name));
            }
            else if (name == LossName && options is CnnRegressionTrainer.Options regression)
            {
                regression.Loss =
                    parameters.Get<string>(name) == nameof(HuberLoss)
                        ? new HuberLoss(parameters.Get<float>(HuberDelta))
                        : new SquaredLoss();
            }
            else if (name is not (WeightDecay or nameof(CnnTrainerOptions.Optimizer)))
            {
                FieldInfo field =
                    options.GetType().GetField(name)
                    ?? throw new ArgumentException(
                        $"The parameter '{name}' is no option of the trainer. What would work: the name of a field of its options, or SetOptions with a function that says what it stands for."
                    );
                field.SetValue(options, CnnParameters.Convert(parameters[name], field.FieldType, name));
            }
        }

        SetOptimizer(parameters, options);
    }

    /// <summary>Last, since it changes the learning rate.</summary>
    private static void SetOptimizer(CnnParameters parameters, CnnTrainerOptions options)
    {
        string optimizer = nameof(options.Optimizer);
        if (parameters.Contains(optimizer) || parameters.Contains(WeightDecay))
        {
            NamedOptions.SetOptimizer(
                options,
                parameters.Contains(optimizer) ? parameters.Get<string>(optimizer) : nameof(Sgd),
                parameters.Contains(WeightDecay) ? parameters.Get<float>(WeightDecay) : options.Optimizer.WeightDecay
            );
        }
    }

    private static CnnSearchOption Option(RangeAttribute range) =>
        range switch
        {
            { Min: int least, Max: int most } => CnnSearchOption.Integer(least, most, range.LogBase, (int?)range.Init),
            { LogBase: true } => CnnSearchOption.LogUniform(Number(range.Min), Number(range.Max), Number(range.Init)),
            _ => CnnSearchOption.Uniform(Number(range.Min), Number(range.Max), Number(range.Init)),
        };

    private static double Number(object value) =>
        Convert.ToDouble(CnnParameters.Normalize(value), System.Globalization.CultureInfo.InvariantCulture);
}
