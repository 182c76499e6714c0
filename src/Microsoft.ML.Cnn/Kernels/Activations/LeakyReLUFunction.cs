using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>x above 0, slope * x below.</summary>
/// <param name="slope">At least 0: result and input have the same sign.</param>
internal readonly struct LeakyReLUFunction(float slope) : IActivation
{
    public static bool ReadsInput
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Forward<V>(V x)
        where V : struct, IVector<V> => V.SelectGreater(x, V.Broadcast(0), x, x * V.Broadcast(slope));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Backward<V>(V y, V dy)
        where V : struct, IVector<V> => V.SelectGreater(y, V.Broadcast(0), dy, dy * V.Broadcast(slope));
}
