using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>x / (1 + e^-x).</summary>
internal readonly struct SiLUFunction : IActivation
{
    public static bool ReadsInput
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Forward<V>(V x)
        where V : struct, IVector<V> => x * default(SigmoidFunction).Forward(x);

    // s (1 + x (1 - s)) with the logistic function s. Far below zero 1 - s is one and s is zero.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Backward<V>(V x, V dy)
        where V : struct, IVector<V>
    {
        V one = V.Broadcast(1);
        V s = default(SigmoidFunction).Forward(x);
        return dy * (s * V.MultiplyAdd(x, one - s, one));
    }
}
