using System.Diagnostics;
using Microsoft.ML.Cnn.Benchmarks.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Peers.Measuring;

/// <summary>Measures what one core does at most.</summary>
internal sealed class MultiplyAddPeak : IVectorFactory<double>
{
    // Some 30 us each: the fastest is undisturbed.
    private const int Turns = 20;

    /// <summary>Floating-point operations a second, now.</summary>
    public static double Measure() => SimdDispatch.Run(SimdDispatch.Best, new MultiplyAddPeak());

    public double Create<V>()
        where V : struct, IVector<V> => FmaPeak<V>.Flop / Enumerable.Range(0, Turns).Min(_ => Seconds<V>());

    private static double Seconds<V>()
        where V : struct, IVector<V>
    {
        long begun = Stopwatch.GetTimestamp();
        FmaPeak<V>.Run();
        return Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }
}
