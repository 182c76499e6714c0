using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Benchmarks.Kernels;

/// <summary>The most multiply-adds that one core does with vectors of a width: chains that wait neither for each other nor for memory.</summary>
internal static class FmaPeak<V>
    where V : struct, IVector<V>
{
    // Two units of four or five cycles need ten at once; with both operands they fit into 16 registers.
    private const int Chains = 12;

    private const int Rounds = 10_000;

    public static double Flop => 2.0 * Chains * Rounds * V.Count;

    /// <summary>The sum, so that nothing of it can be left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Run()
    {
        V a = V.Broadcast(0.999f);
        V b = V.Broadcast(0.001f);
        V c0 = a,
            c1 = a,
            c2 = a,
            c3 = a,
            c4 = a,
            c5 = a,
            c6 = a,
            c7 = a,
            c8 = a,
            c9 = a,
            c10 = a,
            c11 = a;
        for (int round = 0; round < Rounds; round++)
        {
            c0 = V.MultiplyAdd(c0, a, b);
            c1 = V.MultiplyAdd(c1, a, b);
            c2 = V.MultiplyAdd(c2, a, b);
            c3 = V.MultiplyAdd(c3, a, b);
            c4 = V.MultiplyAdd(c4, a, b);
            c5 = V.MultiplyAdd(c5, a, b);
            c6 = V.MultiplyAdd(c6, a, b);
            c7 = V.MultiplyAdd(c7, a, b);
            c8 = V.MultiplyAdd(c8, a, b);
            c9 = V.MultiplyAdd(c9, a, b);
            c10 = V.MultiplyAdd(c10, a, b);
            c11 = V.MultiplyAdd(c11, a, b);
        }

        return V.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11);
    }
}
