using System.Diagnostics;
using Microsoft.ML.Cnn.Training.Checkpoints;

namespace Microsoft.ML.Cnn.Training;

/// <summary>How long training has taken, the time before an interruption included.</summary>
internal sealed class TrainingClock(TrainingPosition start)
{
    private readonly long begun = Stopwatch.GetTimestamp();
    private double epochBegan = start.Seconds - start.EpochSeconds;

    /// <summary>Seconds of the whole training.</summary>
    public double Seconds => start.Seconds + Stopwatch.GetElapsedTime(begun).TotalSeconds;

    /// <summary>Seconds since the present epoch began.</summary>
    public double EpochSeconds => Seconds - epochBegan;

    /// <param name="position">Where in the epoch training goes on.</param>
    public void BeginEpoch(TrainingPosition position) => epochBegan = Seconds - position.EpochSeconds;
}
