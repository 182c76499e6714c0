using Microsoft.ML.Cnn.Transforms;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>What to train on, and what to measure with.</summary>
internal sealed record ExampleSets(DataViewExampleSource Train, DataViewExampleSource? Validation)
{
    private static readonly string ParameterName = "validationData";

    /// <param name="train">The training data.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="validation">The validation data, or null for a share of the training data if the options say so, else none.</param>
    /// <param name="options">The trainer's options.</param>
    /// <param name="seed">Of the choice of that share.</param>
    /// <param name="throwIfCanceled">Called once a row of a pass.</param>
    /// <exception cref="ArgumentOutOfRangeException">The validation data has other columns, images or classes.</exception>
    /// <exception cref="InvalidOperationException">The share would hold out no row.</exception>
    public static ExampleSets Of(
        IDataView train,
        ExampleColumns columns,
        IDataView? validation,
        CnnTrainerOptions options,
        int seed,
        Action throwIfCanceled
    )
    {
        if (validation is not null)
        {
            return new ExampleSets(new DataViewExampleSource(train, columns), OfValidation(validation, columns, options));
        }

        if (options.ValidationSetFraction is { } fraction)
        {
            StratifiedSplit split = StratifiedSplit.Measure(train, columns, fraction, seed, throwIfCanceled);
            return new ExampleSets(
                new DataViewExampleSource(train, columns, part: split.Training),
                new DataViewExampleSource(train, columns, part: split.HeldOut)
            );
        }

        return new ExampleSets(new DataViewExampleSource(train, columns), null);
    }

    private static DataViewExampleSource OfValidation(IDataView validation, ExampleColumns train, CnnTrainerOptions options)
    {
        ExampleColumns columns = ExampleColumns.Find(validation.Schema, options, ParameterName);
        FeatureColumn.CheckAgainst(train.FeatureType, columns.Feature, ParameterName);
        if (columns.Targets != train.Targets)
        {
            throw new ArgumentOutOfRangeException(
                ParameterName,
                $"Label column '{columns.Label.Name}' has {columns.Targets} numbers in the validation data and {train.Targets} in the training data. There must be as many."
            );
        }

        LabelValues? known = LabelValues.Of(train.Label);
        LabelValues? given = LabelValues.Of(columns.Label);
        if (known is null && given is null && columns.Classes == train.Classes)
        {
            return new DataViewExampleSource(validation, columns);
        }

        int[] classes =
            (given is null ? null : known?.IndexesOf(given))
            ?? throw new ArgumentOutOfRangeException(
                ParameterName,
                $"The keys of label column '{columns.Label.Name}' stand for values in the validation data that the training data does not have. "
                    + "What would work: validation data that went through the same MapValueToKey as the training data."
            );
        return new DataViewExampleSource(validation, columns, classes);
    }
}
