using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>1 / (1 + e^-x).</summary>
internal readonly struct SigmoidFunction : IActivation
{
    public static bool ReadsInput
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Forward<V>(V x)
        where V : struct, IVector<V> => V.Broadcast(1) / (V.Broadcast(1) + Exponential.Of(V.Broadcast(0) - x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Backward<V>(V y, V dy)
        where V : struct, IVector<V> => dy * (y * (V.Broadcast(1) - y));
}
