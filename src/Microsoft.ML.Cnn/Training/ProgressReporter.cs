using System.Diagnostics;

namespace Microsoft.ML.Cnn.Training;

/// <summary>Reports progress between batches, no more often than asked for; but always at the end of an epoch.</summary>
/// <param name="report">To whom.</param>
/// <param name="interval">The least time from one report to the next.</param>
/// <param name="epochs">Of the whole training.</param>
/// <param name="batches">Of an epoch.</param>
internal sealed class ProgressReporter(Action<CnnTrainingProgress> report, TimeSpan interval, int epochs, long batches)
{
    private long reported;
    private long epochBegan;

    public void BeginEpoch() => epochBegan = reported = Stopwatch.GetTimestamp();

    /// <param name="epoch">Counted from 0.</param>
    /// <param name="batch">Batches of the epoch that are over, at least 1.</param>
    /// <param name="sums">Of those batches.</param>
    /// <param name="rate">Of the last step.</param>
    /// <param name="elapsed">Since training began.</param>
    public void Report(int epoch, long batch, EpochSums sums, float rate, TimeSpan elapsed)
    {
        if (batch < batches && Stopwatch.GetElapsedTime(reported) < interval)
        {
            return;
        }

        reported = Stopwatch.GetTimestamp();
        double done = epoch * (double)batches + batch;
        double left = Math.Max(0, epochs * (double)batches - done);
        report(
            new CnnTrainingProgress(
                epoch + 1,
                epochs,
                batch,
                batches,
                sums.Loss,
                sums.Accuracy,
                rate,
                sums.Rows / Stopwatch.GetElapsedTime(epochBegan).TotalSeconds,
                elapsed,
                elapsed * (left / done)
            )
        );
    }
}
