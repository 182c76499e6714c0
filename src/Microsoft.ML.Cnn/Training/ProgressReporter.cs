using System.Diagnostics;
using Microsoft.ML.Cnn.Training.Checkpoints;

namespace Microsoft.ML.Cnn.Training;

/// <summary>Reports progress between batches, no more often than asked for; but always at the end of an epoch.</summary>
/// <param name="settings">Of the training: to whom, and how often.</param>
/// <param name="batches">Of an epoch.</param>
internal sealed class ProgressReporter(TrainingSettings settings, long batches)
{
    private long reported;

    public void BeginEpoch() => reported = Stopwatch.GetTimestamp();

    /// <param name="position">Where training is, behind a batch.</param>
    /// <param name="rate">Of the last step.</param>
    /// <param name="clock">Of the training.</param>
    public void Report(in TrainingPosition position, float rate, TrainingClock clock)
    {
        if (position.Batch < batches && Stopwatch.GetElapsedTime(reported) < settings.ProgressInterval)
        {
            return;
        }

        reported = Stopwatch.GetTimestamp();
        TimeSpan elapsed = TimeSpan.FromSeconds(clock.Seconds);
        double done = position.Epoch * (double)batches + position.Batch;
        double left = Math.Max(0, settings.Epochs * (double)batches - done);
        settings.Progressed!(
            new CnnTrainingProgress(
                position.Epoch + 1,
                settings.Epochs,
                position.Batch,
                batches,
                position.Sums.Loss,
                position.Sums.Accuracy(settings),
                rate,
                position.Sums.Rows / clock.EpochSeconds,
                elapsed,
                elapsed * (left / done)
            )
        );
    }
}
