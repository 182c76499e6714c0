using System.Text.Json.Serialization;
using Microsoft.ML.Cnn.Networks.Plans;

namespace Microsoft.ML.Cnn.Training;

/// <summary>The sums over the batches of an epoch that its metrics are made of.</summary>
internal readonly record struct EpochSums(long Rows, BatchResult Total)
{
    /// <summary>Sum of weight times loss over sum of weights.</summary>
    [JsonIgnore]
    public double Loss => Total.WeightedLoss / Total.TotalWeight;

    /// <summary>The share of the weight that was classified rightly; null where labels are numbers.</summary>
    public double? Accuracy(TrainingSettings settings) => settings.Loss.Classifies ? Total.CorrectWeight / Total.TotalWeight : null;

    /// <summary>In the units of the label; null where labels are classes.</summary>
    public double? RootMeanSquaredError(TrainingSettings settings) =>
        settings.Loss.Classifies ? null : Math.Sqrt(Total.WeightedSquaredError / Total.TotalWeight);

    public EpochSums Add(Batch batch, BatchResult result) =>
        new(
            Rows + batch.Count,
            new BatchResult(
                Total.WeightedLoss + result.WeightedLoss,
                Total.TotalWeight + result.TotalWeight,
                Total.CorrectWeight + result.CorrectWeight,
                Total.WeightedSquaredError + result.WeightedSquaredError
            )
        );
}
