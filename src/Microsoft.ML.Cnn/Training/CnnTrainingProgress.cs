namespace Microsoft.ML.Cnn;

/// <summary>How far a training has come, between two batches.</summary>
/// <param name="Epoch">The present epoch, counted from 1.</param>
/// <param name="Epochs">Epochs of the whole training.</param>
/// <param name="Batch">Batches of the present epoch that are over.</param>
/// <param name="Batches">Batches of an epoch.</param>
/// <param name="RunningTrainLoss">As in <see cref="CnnTrainingMetrics"/>, over the batches of the present epoch.</param>
/// <param name="RunningTrainAccuracy">As in <see cref="CnnTrainingMetrics"/>, over the batches of the present epoch.</param>
/// <param name="LearningRate">Of the last step.</param>
/// <param name="ImagesPerSecond">Images trained on a second in the present epoch.</param>
/// <param name="Elapsed">The time since training began.</param>
/// <param name="Remaining">The time that training would take to its last epoch at the speed so far, validation included.</param>
public readonly record struct CnnTrainingProgress(
    int Epoch,
    int Epochs,
    long Batch,
    long Batches,
    double RunningTrainLoss,
    double? RunningTrainAccuracy,
    float LearningRate,
    double ImagesPerSecond,
    TimeSpan Elapsed,
    TimeSpan Remaining
);
