using System.Text.Json.Serialization;

namespace Microsoft.ML.Cnn;

/// <summary>What became of one epoch of training.</summary>
/// <param name="Epoch">Which one, counted from 1.</param>
/// <param name="Epochs">Epochs of the whole training.</param>
/// <param name="RunningTrainLoss">
/// The mean loss of the training images (sum of weight times loss over sum of weights), each measured when it was trained on: with the
/// parameters of that moment, and with dropout. So it lags behind what the finished epoch would score. Where images are blended
/// (<see cref="CnnTrainerOptions.MixUp"/>), it is the loss of the blended ones.
/// </param>
/// <param name="RunningTrainAccuracy">The share of the training weight that was classified rightly, from 0 to 1, measured as the running loss; null where labels are numbers. A blended image is right by
/// the share of the class that is predicted.</param>
/// <param name="ValidationLoss">The mean loss of the validation images after the epoch; null where there are none.</param>
/// <param name="ValidationAccuracy">The share of the validation weight that is classified rightly after the epoch, from 0 to 1; null where there are none.</param>
/// <param name="LearningRate">The learning rate of the first step of the epoch.</param>
/// <param name="ImagesPerSecond">Images trained on a second, validation apart.</param>
/// <param name="TrainImages">Images trained on in this epoch.</param>
/// <param name="Elapsed">The time since training began.</param>
public sealed record CnnTrainingMetrics(
    int Epoch,
    int Epochs,
    double RunningTrainLoss,
    double? RunningTrainAccuracy,
    double? ValidationLoss,
    double? ValidationAccuracy,
    float LearningRate,
    double ImagesPerSecond,
    long TrainImages,
    TimeSpan Elapsed
)
{
    /// <summary>The root of the weighted mean of squared errors in the units of the label, over all its numbers, measured as the running loss; null where labels are classes.</summary>
    public double? RunningTrainRootMeanSquaredError { get; init; }

    /// <summary>The same of the validation images after the epoch; null where there are none, or labels are classes.</summary>
    public double? ValidationRootMeanSquaredError { get; init; }

    /// <summary>The time that training would take to its last epoch, at the speed so far.</summary>
    [JsonIgnore]
    public TimeSpan Remaining => Elapsed * ((double)(Epochs - Epoch) / Epoch);
}
