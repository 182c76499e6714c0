using System.Diagnostics;
using Microsoft.ML.Cnn.Benchmarks.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Peers.Measuring;

/// <summary>Measures what one core does at most.</summary>
internal static class MultiplyAddPeak
{
    // Some 30 us each: the fastest is undisturbed.
    private const int Turns = 20;

    /// <summary>Floating-point operations a second, now.</summary>
    public static double Measure() => FmaPeak.FlopOf(SimdDispatch.Best) / Enumerable.Range(0, Turns).Min(_ => Seconds());

    private static double Seconds()
    {
        long begun = Stopwatch.GetTimestamp();
        FmaPeak.Run(SimdDispatch.Best);
        return Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }
}
