using System.Diagnostics;
using Microsoft.ML.Cnn.Training.Checkpoints;

namespace Microsoft.ML.Cnn.Training;

/// <summary>Reports progress between batches, no more often than asked for; but always at the end of an epoch.</summary>
/// <param name="report">To whom.</param>
/// <param name="interval">The least time from one report to the next.</param>
/// <param name="epochs">Of the whole training.</param>
/// <param name="batches">Of an epoch.</param>
internal sealed class ProgressReporter(Action<CnnTrainingProgress> report, TimeSpan interval, int epochs, long batches)
{
    private long reported;

    public void BeginEpoch() => reported = Stopwatch.GetTimestamp();

    /// <param name="position">Where training is, behind a batch.</param>
    /// <param name="rate">Of the last step.</param>
    /// <param name="clock">Of the training.</param>
    public void Report(in TrainingPosition position, float rate, TrainingClock clock)
    {
        if (position.Batch < batches && Stopwatch.GetElapsedTime(reported) < interval)
        {
            return;
        }

        reported = Stopwatch.GetTimestamp();
        TimeSpan elapsed = TimeSpan.FromSeconds(clock.Seconds);
        double done = position.Epoch * (double)batches + position.Batch;
        double left = Math.Max(0, epochs * (double)batches - done);
        report(
            new CnnTrainingProgress(
                position.Epoch + 1,
                epochs,
                position.Batch,
                batches,
                position.Sums.Loss,
                position.Sums.Accuracy,
                rate,
                position.Sums.Rows / clock.EpochSeconds,
                elapsed,
                elapsed * (left / done)
            )
        );
    }
}
