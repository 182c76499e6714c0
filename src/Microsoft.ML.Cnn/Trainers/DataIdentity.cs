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
    /// <param name="statistics">Of them.</param>
    /// <param name="hash">Of them with their pixels; null where the statistics are to do.</param>
    public static ImmutableArray<IdentityPart> OfTraining(PixelStatistics statistics, RowsHash? hash) =>
        [
            new("number of training rows", IdentityText.Of(statistics.Rows)),
            new("number of rows of each class", IdentityText.Of(statistics.ClassRows.Select(rows => $"{rows.Key}: {rows.Value}"))),
            new("mean of the training pixels", IdentityText.Of(statistics.Means)),
            new("deviation of the training pixels", IdentityText.Of(statistics.Deviations)),
            new("hash of the training rows (their order, labels, weights and pixels)", hash?.ToString() ?? "none"),
        ];

    /// <summary>Of the rows that are measured with. Their pixels are not looked at: that would be one more pass over the images, which the weights seldom follow from.</summary>
    /// <param name="hash">Of them without their pixels; null where there are none.</param>
    public static ImmutableArray<IdentityPart> OfValidation(RowsHash? hash) =>
        [
            new("number of validation rows", IdentityText.Of(hash?.Rows)),
            new("hash of the validation rows (their order, labels and weights)", hash?.ToString() ?? "none"),
        ];
}
