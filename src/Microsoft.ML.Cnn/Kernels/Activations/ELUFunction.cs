using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>x above 0, alpha (e^x - 1) below.</summary>
/// <param name="alpha">At least 0: result and input have the same sign.</param>
internal readonly struct ELUFunction(float alpha) : IActivation
{
    public static bool ReadsInput
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    // e^x - 1 = 2 t / (1 - t) with t = tanh(x / 2), which loses no digits near zero.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Forward<V>(V x)
        where V : struct, IVector<V>
    {
        V one = V.Broadcast(1);
        V t = default(TanhFunction).Forward(V.Min(x, V.Broadcast(0)) * V.Broadcast(0.5f));
        V below = V.Broadcast(2 * alpha) * t / (one - t);
        return V.SelectGreater(x, V.Broadcast(0), x, V.SelectEqual(x, x, below, x));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Backward<V>(V y, V dy)
        where V : struct, IVector<V> => V.SelectGreater(y, V.Broadcast(0), dy, dy * (y + V.Broadcast(alpha)));
}
