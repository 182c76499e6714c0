using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Cnn.Benchmarks.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Benchmarks.Figures;

/// <summary>
/// Holds the micro-kernel of every vector width to a share of the machine's peak: a member that the JIT no longer inlines costs most of the
/// speed and no test would tell.
/// </summary>
internal static class MicroKernelGate
{
    private const double Least = 0.85;

    // Some 20 us each: of so many, run in turns, the fastest of both are undisturbed even on a busy machine.
    private const int Turns = 5_000;

    /// <returns>0 if every width reaches its share, else 1.</returns>
    public static int Run()
    {
        bool holds = true;
        foreach (InstructionSet set in Enum.GetValues<InstructionSet>())
        {
            if (set != InstructionSet.Scalar && set <= SimdDispatch.Best)
            {
                holds &= Holds(set);
            }
        }

        return holds ? 0 : 1;
    }

    private static bool Holds(InstructionSet set)
    {
        IKernelRuns runs = SimdDispatch.Run(set, new KernelRunsFactory());
        (Action peak, Action kernel) = (runs[nameof(KernelBenchmarks.FmaPeak)], runs[nameof(KernelBenchmarks.MicroKernel)]);
        (double fastestPeak, double fastestKernel) = (double.MaxValue, double.MaxValue);
        for (int turn = 0; turn < Turns; turn++)
        {
            fastestPeak = Math.Min(fastestPeak, Nanoseconds(peak));
            fastestKernel = Math.Min(fastestKernel, Nanoseconds(kernel));
        }

        GC.KeepAlive(runs);
        double peakRate = runs.Flop(nameof(KernelBenchmarks.FmaPeak)) / fastestPeak;
        double kernelRate = runs.Flop(nameof(KernelBenchmarks.MicroKernel)) / fastestKernel;
        bool holds = kernelRate >= Least * peakRate;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{set}: micro-kernel {kernelRate:0.0} of {peakRate:0.0} GFLOP/s, {kernelRate / peakRate:0.0%} ({(holds ? "ok" : $"less than {Least:0%}")})"
            )
        );
        return holds;
    }

    private static double Nanoseconds(Action action)
    {
        long begun = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(begun).TotalNanoseconds;
    }
}
