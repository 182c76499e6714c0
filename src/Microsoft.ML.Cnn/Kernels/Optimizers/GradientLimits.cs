using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels.Optimizers;

/// <summary>g = clamp(g, -limit, limit)</summary>
internal readonly unsafe struct GradientClamp(float* gradients, float limit) : IDescentRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<V>(nint index)
        where V : struct, IVector<V>
    {
        // In this order a gradient that is no number stays none.
        V below = V.SelectGreater(V.Load(gradients + index), V.Broadcast(limit), V.Broadcast(limit), V.Load(gradients + index));
        V.SelectGreater(V.Broadcast(-limit), below, V.Broadcast(-limit), below).Store(gradients + index);
    }
}

/// <summary>g *= factor</summary>
internal readonly unsafe struct GradientScale(float* gradients, float factor) : IDescentRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<V>(nint index)
        where V : struct, IVector<V> => (V.Load(gradients + index) * V.Broadcast(factor)).Store(gradients + index);
}

/// <summary>The sum of squares of a range.</summary>
internal static unsafe class SumOfSquares
{
    /// <summary>In double precision, always eight lanes wide: all machines agree on every bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Of(float* values, int length)
    {
        Vector256<double> low = Vector256<double>.Zero;
        Vector256<double> high = Vector256<double>.Zero;
        int i = 0;
        for (; i <= length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            (Vector256<double> first, Vector256<double> second) = Vector256.Widen(Vector256.Load(values + i));
            low += first * first;
            high += second * second;
        }

        double sum = Vector256.Sum(low) + Vector256.Sum(high);
        for (; i < length; i++)
        {
            sum += (double)values[i] * values[i];
        }

        return sum;
    }
}
