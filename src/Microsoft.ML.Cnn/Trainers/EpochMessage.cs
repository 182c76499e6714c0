using System.Globalization;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>The line that <c>MLContext.Log</c> gets for each epoch.</summary>
internal static class EpochMessage
{
    public static string Of(CnnTrainingMetrics metrics)
    {
        string validation = metrics.ValidationLoss is { } loss
            ? string.Create(CultureInfo.InvariantCulture, $", validation loss {loss:0.0000}")
                + Of("validation", metrics.ValidationAccuracy, metrics.ValidationRootMeanSquaredError)
            : "";
        string train = Of("running train", metrics.RunningTrainAccuracy, metrics.RunningTrainRootMeanSquaredError);
        string remaining = metrics.Epoch < metrics.Epochs ? $", {metrics.Remaining:h\\:mm\\:ss} left" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Epoch {metrics.Epoch}/{metrics.Epochs}: running train loss {metrics.RunningTrainLoss:0.0000}{train}{validation}, learning rate {metrics.LearningRate:0.######}, {metrics.ImagesPerSecond:0} images/s{remaining}"
        );
    }

    private static string Of(string part, double? accuracy, double? error) =>
        accuracy is null
            ? string.Create(CultureInfo.InvariantCulture, $", {part} RMSE {error:0.####}")
            : string.Create(CultureInfo.InvariantCulture, $", {part} accuracy {accuracy:0.0000}");
}
