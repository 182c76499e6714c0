using System.Reflection;
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.Cnn.Experiments.Tasks;

/// <summary>
/// What is searched unless told otherwise: the networks of <see cref="NamedNetworks"/> that fit the images, and the fields of the options that bear a range or a choice
/// for it, with the weight decay of the optimizer.
/// </summary>
internal static class DefaultSpace
{
    /// <summary>Epochs are not searched: halving decides them. Of a regression the loss is searched, too.</summary>
    /// <param name="options">The type of the trainer's options.</param>
    /// <param name="image">The shape of an image; null where it is not known.</param>
    public static CnnSearchSpace Create(Type options, Shape? image)
    {
        CnnSearchSpace space = new() { { NamedNetworks.Option, NamedNetworks.DefaultsFor(image) } };
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

        space.Add(NamedOptions.WeightDecay, CnnSearchOption.LogUniform(1e-5, 1e-2, 5e-4));
        if (options == typeof(CnnRegressionTrainer.Options))
        {
            CnnSearchSpace huber = new() { { nameof(HuberLoss.Delta), CnnSearchOption.LogUniform(0.1, 3, 1) } };
            space.Add(
                nameof(CnnRegressionTrainer.Options.Loss),
                CnnSearchOption.Alternatives((nameof(SquaredLoss), []), (nameof(HuberLoss), huber))
            );
        }

        return space;
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
