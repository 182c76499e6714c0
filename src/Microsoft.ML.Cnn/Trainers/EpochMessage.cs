using System.Globalization;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>The line that <c>MLContext.Log</c> gets for each epoch.</summary>
internal static class EpochMessage
{
    public static string Of(CnnTrainingMetrics metrics)
    {
        string validation = metrics is { ValidationLoss: { } loss, ValidationAccuracy: { } accuracy }
            ? string.Create(CultureInfo.InvariantCulture, $", validation loss {loss:0.0000}, validation accuracy {accuracy:0.0000}")
            : "";
        string remaining = metrics.Epoch < metrics.Epochs ? $", {metrics.Remaining:h\\:mm\\:ss} left" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Epoch {metrics.Epoch}/{metrics.Epochs}: running train loss {metrics.RunningTrainLoss:0.0000}, running train accuracy {metrics.RunningTrainAccuracy:0.0000}{validation}, learning rate {metrics.LearningRate:0.######}, {metrics.ImagesPerSecond:0} images/s{remaining}"
        );
    }
}
