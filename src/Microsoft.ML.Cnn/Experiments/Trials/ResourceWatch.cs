using System.Diagnostics;

namespace Microsoft.ML.Cnn.Experiments.Trials;

/// <summary>What the process uses while a trial is trained, looked at now and then.</summary>
/// <param name="mostMemory">Bytes that it may use; null for no limit.</param>
internal sealed class ResourceWatch(long? mostMemory)
{
    private const double BytesOfMegaByte = 1 << 20;

    private long seenAt = Stopwatch.GetTimestamp();
    private TimeSpan busy = Environment.CpuUsage.TotalTime;
    private long peak;

    /// <summary>The greatest working set seen.</summary>
    public double PeakMemoryInMegaByte => peak / BytesOfMegaByte;

    /// <summary>The greatest share of the machine's cores between two looks, from 0 to 1; null before the first.</summary>
    public double? PeakCpu { get; private set; }

    /// <exception cref="InsufficientMemoryException">The process uses more memory than it may.</exception>
    public void Look()
    {
        long used = Environment.WorkingSet;
        peak = Math.Max(peak, used);
        TimeSpan busyNow = Environment.CpuUsage.TotalTime;
        double share = Math.Clamp((busyNow - busy) / Stopwatch.GetElapsedTime(seenAt) / Environment.ProcessorCount, 0, 1);
        PeakCpu = Math.Max(PeakCpu ?? 0, share);
        (seenAt, busy) = (Stopwatch.GetTimestamp(), busyNow);
        if (used > mostMemory && WithoutGarbage() is var kept && kept > mostMemory)
        {
            throw new InsufficientMemoryException(
                FormattableString.Invariant(
                    $"The process used {kept / BytesOfMegaByte:0} MB while the trial was trained, and may use {mostMemory / BytesOfMegaByte:0} MB. "
                ) + "What would work: a greater SetMaximumMemoryUsageInMegaByte, or smaller networks and batches in the search space."
            );
        }
    }

    /// <summary>The working set without the models of earlier trials, which nobody holds any more.</summary>
    private static long WithoutGarbage()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Environment.WorkingSet;
    }
}
