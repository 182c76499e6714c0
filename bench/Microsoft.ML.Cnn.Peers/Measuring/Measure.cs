using System.Diagnostics;
using Microsoft.ML.Cnn.Peers.Engines;

namespace Microsoft.ML.Cnn.Peers.Measuring;

/// <summary>Times one engine in a process of its own: units a second, the median over short runs after a warm-up.</summary>
internal static class Measure
{
    private const int Samples = 21;

    /// <summary>Runs that a warm-up consists of, and how many it may take while each is yet faster than the last.</summary>
    private const int WarmUps = 3;
    private const int MostWarmUps = 12;
    private const double Faster = 1.03;

    public static int Run(Workload workload)
    {
        workload.Conditions.Verify();
        using IEngine engine = workload.Work.Start(workload);
        WarmUp(engine, workload.Seconds);
        Pin(workload.Threads);

        double? flop = workload.Setting == Setting.Ours ? workload.Work.Flop : null;
        List<double> rates = [];
        List<double> peaks = [];
        Contention contention = new();
        Stopwatch clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < workload.Seconds)
        {
            rates.Add(workload.Batch * StepsPerSecond(engine, workload.Seconds / Samples));
            if (flop != null)
            {
                peaks.Add(MultiplyAddPeak.Measure());
            }
        }

        double median = Median.Of(rates);
        Console.WriteLine(new Speed(median, contention.Share, flop == null ? null : flop * median / peaks.Max()));
        return 0;
    }

    /// <summary>Until allocators have settled and the JIT has optimized what is hot.</summary>
    private static void WarmUp(IEngine engine, double seconds)
    {
        Stopwatch clock = Stopwatch.StartNew();
        double before;
        double rate = double.PositiveInfinity;
        do
        {
            before = rate;
            rate = StepsPerSecond(engine, seconds / WarmUps);
        } while (
            clock.Elapsed.TotalSeconds < seconds || (rate > Faster * before && clock.Elapsed.TotalSeconds < seconds * MostWarmUps / WarmUps)
        );
    }

    /// <summary>
    /// Keeps all threads of this process to as many cores as it computes with. Not before the warm-up: on one core the JIT's thread would have to wait for
    /// what it is to make faster.
    /// </summary>
    private static void Pin(int cores)
    {
        using Process taskset = Process.Start(
            new ProcessStartInfo("taskset", ["--all-tasks", "--cpu-list", "--pid", $"0-{cores - 1}", $"{Environment.ProcessId}"])
            {
                RedirectStandardOutput = true,
            }
        )!;
        taskset.StandardOutput.ReadToEnd();
        taskset.WaitForExit();
        if (taskset.ExitCode != 0)
        {
            throw new InvalidOperationException($"taskset ended with {taskset.ExitCode}.");
        }
    }

    /// <summary>Over as many steps as fill the time, one at least.</summary>
    private static double StepsPerSecond(IEngine engine, double seconds)
    {
        Stopwatch clock = Stopwatch.StartNew();
        int steps = 0;
        do
        {
            engine.Step();
            steps++;
        } while (clock.Elapsed.TotalSeconds < seconds);
        return steps / clock.Elapsed.TotalSeconds;
    }
}
