using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>The hyperbolic tangent, to two units in the last place.</summary>
internal readonly struct TanhFunction : IActivation
{
    public static bool ReadsInput
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    private const float Near = 0.625f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Forward<V>(V x)
        where V : struct, IVector<V>
    {
        V zero = V.Broadcast(0);
        V magnitude = V.Max(x, zero - x);

        // Away from zero: 1 - 2 / (e^2|x| + 1), which ends at 1 as e^2|x| grows beyond all bounds.
        V one = V.Broadcast(1);
        V far = one - V.Broadcast(2) / (Exponential.Of(magnitude + magnitude) + one);
        far = V.SelectGreater(zero, x, zero - far, far);

        // Near zero that would lose digits: x + x^3 p(x^2), p through the Chebyshev nodes of [0, 0.65^2]. NaN comes here.
        V square = x * x;
        V p = V.MultiplyAdd(square, V.Broadcast(-0.005923726f), V.Broadcast(0.02087346f));
        p = V.MultiplyAdd(square, p, V.Broadcast(-0.05382376f));
        p = V.MultiplyAdd(square, p, V.Broadcast(0.13332584f));
        p = V.MultiplyAdd(square, p, V.Broadcast(-0.33333327f));
        V near = V.MultiplyAdd(x * square, p, x);
        return V.SelectGreater(magnitude, V.Broadcast(Near), far, near);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Backward<V>(V y, V dy)
        where V : struct, IVector<V> => dy * V.MultiplyAdd(V.Broadcast(0) - y, y, V.Broadcast(1));
}
