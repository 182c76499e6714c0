using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>x Φ(x), Φ being the normal distribution, 1/2 + erf(x / √2) / 2, to a few units in the last place on either side.</summary>
internal readonly struct GELUFunction : IActivation
{
    /// <summary>Beyond, the distribution is nothing in single precision.</summary>
    private const float Far = 20;

    public static bool ReadsInput
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Forward<V>(V x)
        where V : struct, IVector<V>
    {
        V magnitude = Magnitude(x);
        return x * Distribution(x, magnitude, Bell(magnitude));
    }

    // Φ(x) + x φ(x) with the density φ.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Backward<V>(V x, V dy)
        where V : struct, IVector<V>
    {
        V magnitude = Magnitude(x);
        V bell = Bell(magnitude);
        V density = V.Broadcast(0.3989423f) * bell;
        return dy * V.MultiplyAdd(x, density, Distribution(x, magnitude, bell));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Magnitude<V>(V x)
        where V : struct, IVector<V> => V.Min(V.Max(x, V.Broadcast(0) - x), V.Broadcast(Far));

    /// <summary>e^(-m^2 / 2), with what rounding the square lost.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Bell<V>(V magnitude)
        where V : struct, IVector<V>
    {
        V square = magnitude * magnitude;
        V lost = V.MultiplyAdd(magnitude, magnitude, V.Broadcast(0) - square);
        V power = Exponential.Of(square * V.Broadcast(-0.5f));
        return V.MultiplyAdd(power * lost, V.Broadcast(-0.5f), power);
    }

    // The tail is e^(-m^2 / 2) t p(t) with t = 1 / (1 + 0.3 m), p through the Chebyshev nodes of m in [0, 20].
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Distribution<V>(V x, V magnitude, V bell)
        where V : struct, IVector<V>
    {
        V one = V.Broadcast(1);
        V t = one / V.MultiplyAdd(magnitude, V.Broadcast(0.3f), one);
        V p = V.MultiplyAdd(t, V.Broadcast(-0.020855252f), V.Broadcast(0.11359093f));
        p = V.MultiplyAdd(t, p, V.Broadcast(-0.2306605f));
        p = V.MultiplyAdd(t, p, V.Broadcast(0.19465256f));
        p = V.MultiplyAdd(t, p, V.Broadcast(-0.081452966f));
        p = V.MultiplyAdd(t, p, V.Broadcast(0.09704341f));
        p = V.MultiplyAdd(t, p, V.Broadcast(0.07815552f));
        p = V.MultiplyAdd(t, p, V.Broadcast(0.1102702f));
        p = V.MultiplyAdd(t, p, V.Broadcast(0.11956938f));
        p = V.MultiplyAdd(t, p, V.Broadcast(0.11968674f));
        V tail = bell * (t * p);
        return V.SelectGreater(x, V.Broadcast(0), one - tail, tail);
    }
}
