using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Cnn.Benchmarks.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Benchmarks.Figures;

/// <summary>
/// Holds the micro-kernel, in every form that plans take and for every vector width, to a share of the machine's peak: a member that the JIT no longer inlines costs most of the
/// speed and no test would tell.
/// </summary>
internal static class MicroKernelGate
{
    // Of so many short runs, in turns with the peak, the fastest of both are undisturbed even on a busy machine.
    private const int LeastTurns = 200;
    private const double Milliseconds = 150;

    // A neighbour may take the machine for longer than that: who falls short so long goes on, and the fastest runs of all count.
    private const double MostMilliseconds = 5_000;

    /// <returns>0 if every kernel of every width reaches its share, else 1.</returns>
    public static int Run()
    {
        bool holds = true;
        foreach (InstructionSet set in VectorWidths.All.Where(set => set != InstructionSet.Scalar))
        {
            IReadOnlyList<GatedKernel> kernels = SimdDispatch.Run(set, new GatedKernels());
            WarmUp.Run(kernels.Select(kernel => kernel.Run));
            holds = kernels.Aggregate(holds, (all, kernel) => Holds(set, kernel) && all);
        }

        return holds ? 0 : 1;
    }

    private static bool Holds(InstructionSet set, GatedKernel kernel)
    {
        Action peak = () => FmaPeak.Run(set);
        (double fastestPeak, double fastestKernel) = (double.MaxValue, double.MaxValue);
        long begun = Stopwatch.GetTimestamp();
        double elapsed = 0;
        for (int turn = 0; turn < LeastTurns || elapsed < Milliseconds || (Share() < kernel.Floor && elapsed < MostMilliseconds); turn++)
        {
            fastestPeak = Math.Min(fastestPeak, Nanoseconds(peak));
            fastestKernel = Math.Min(fastestKernel, Nanoseconds(kernel.Run));
            elapsed = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        }

        bool holds = Share() >= kernel.Floor;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{set}: {kernel.Name} {kernel.Flop / fastestKernel:0.0} of {FmaPeak.FlopOf(set) / fastestPeak:0.0} GFLOP/s, {Share():0.0%} ({(holds ? "ok" : $"less than {kernel.Floor:0%}")})"
            )
        );
        return holds;

        double Share() => kernel.Flop / fastestKernel / (FmaPeak.FlopOf(set) / fastestPeak);
    }

    private static double Nanoseconds(Action action)
    {
        long begun = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(begun).TotalNanoseconds;
    }
}
