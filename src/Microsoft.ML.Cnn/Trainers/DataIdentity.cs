using System.Collections.Immutable;
using Microsoft.ML.Cnn.Training;
using Microsoft.ML.Cnn.Training.Checkpoints;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>What tells the data of one training from those of another.</summary>
internal static class DataIdentity
{
    /// <summary>Of the options that say which rows there are and what they weigh.</summary>
    public static ImmutableArray<IdentityPart> Of(CnnTrainerOptions options) =>
        [
            new(nameof(options.ValidationSetFraction), IdentityText.Of(options.ValidationSetFraction)),
            new(nameof(options.ExampleWeightColumnName), IdentityText.Of(options.ExampleWeightColumnName)),
        ];

    /// <summary>Of the rows that are trained on.</summary>
    public static ImmutableArray<IdentityPart> Of(PixelStatistics statistics) =>
        [
            new("number of training rows", IdentityText.Of(statistics.Rows)),
            new("number of rows of each class", IdentityText.Of(statistics.ClassRows.Select(rows => $"{rows.Key}: {rows.Value}"))),
            new("mean of the training pixels", IdentityText.Of(statistics.Means)),
            new("deviation of the training pixels", IdentityText.Of(statistics.Deviations)),
        ];
}
