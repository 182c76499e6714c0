using System.Collections.Immutable;
using Microsoft.ML.Cnn.Training;
using Microsoft.ML.Cnn.Training.Checkpoints;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>What tells the data of one training from those of another.</summary>
internal static class DataIdentity
{
    public static ImmutableArray<IdentityPart> Of(PixelStatistics statistics, CnnTrainerOptions options) =>
        [
            new(nameof(options.ValidationSetFraction), IdentityText.Of(options.ValidationSetFraction)),
            new(nameof(options.ExampleWeightColumnName), IdentityText.Of(options.ExampleWeightColumnName)),
            new("number of training rows", IdentityText.Of(statistics.Rows)),
            new("number of rows of each class", IdentityText.Of(statistics.ClassRows.Select(rows => $"{rows.Key}: {rows.Value}"))),
            new("mean of the training pixels", IdentityText.Of(statistics.Means)),
            new("deviation of the training pixels", IdentityText.Of(statistics.Deviations)),
        ];
}
