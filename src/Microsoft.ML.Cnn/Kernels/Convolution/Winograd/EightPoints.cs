using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>
/// 0, ±1, ±1/2, ±2 and ∞, for polynomials of 4 or 5 coefficients. Values at a point and its negative are the sum and the difference of an even and
/// an odd part. Bᵀ, its first row negated, is
/// <code>
/// 1    0   -21/4    0    21/4    0    -1   0
/// 0    1     1   -17/4  -17/4    1     1   0
/// 0   -1     1    17/4  -17/4   -1     1   0
/// 0    2     4    -5/2    -5    1/2    1   0
/// 0   -2     4     5/2    -5   -1/2    1   0
/// 0   1/2   1/4   -5/2   -5/4    2     1   0
/// 0  -1/2   1/4    5/2   -5/4   -2     1   0
/// 0   -1     0    21/4    0   -21/4    0   1
/// </code>
/// </summary>
internal readonly unsafe struct EightPoints : IInterpolation
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static int Points
    {
        [MethodImpl(Inline)]
        get => 8;
    }

    [MethodImpl(Inline)]
    public static void Evaluate<V, TScale, TSink>(int count, float* source, nint sourceStep, float* target, nint targetStep, TSink sink)
        where V : struct, IVector<V>
        where TScale : struct, IPointScale
        where TSink : struct, ISink<V>
    {
        V c0 = V.Load(source);
        V c1 = V.Load(source + sourceStep);
        V c2 = V.Load(source + 2 * sourceStep);
        V c3 = V.Load(source + 3 * sourceStep);
        V c4 = count > 4 ? V.Load(source + 4 * sourceStep) : c3;

        sink.Write(target, TScale.Apply(0, c0));
        V even = c0 + (count > 4 ? c2 + c4 : c2);
        StorePair<V, TScale, TSink>(1, even, c1 + c3, target + targetStep, targetStep, sink);
        V quarter = V.Broadcast(0.25f);
        even = V.MultiplyAdd(quarter, count > 4 ? V.MultiplyAdd(quarter, c4, c2) : c2, c0);
        StorePair<V, TScale, TSink>(3, even, V.Broadcast(0.5f) * V.MultiplyAdd(quarter, c3, c1), target + 3 * targetStep, targetStep, sink);
        V four = V.Broadcast(4);
        even = V.MultiplyAdd(four, count > 4 ? V.MultiplyAdd(four, c4, c2) : c2, c0);
        StorePair<V, TScale, TSink>(5, even, V.Broadcast(2) * V.MultiplyAdd(four, c3, c1), target + 5 * targetStep, targetStep, sink);
        sink.Write(target + 7 * targetStep, c4);
    }

    [MethodImpl(Inline)]
    public static void Adjoint<V, TScale, TSink>(int count, float* source, nint sourceStep, float* target, nint targetStep, TSink sink)
        where V : struct, IVector<V>
        where TScale : struct, IPointScale
        where TSink : struct, ISink<V>
    {
        V at = TScale.Apply(1, V.Load(source + sourceStep));
        V atNegative = TScale.Apply(2, V.Load(source + 2 * sourceStep));
        V even1 = at + atNegative;
        V odd1 = at - atNegative;
        at = TScale.Apply(3, V.Load(source + 3 * sourceStep));
        atNegative = TScale.Apply(4, V.Load(source + 4 * sourceStep));
        V evenHalf = at + atNegative;
        V oddHalf = at - atNegative;
        at = TScale.Apply(5, V.Load(source + 5 * sourceStep));
        atNegative = TScale.Apply(6, V.Load(source + 6 * sourceStep));
        V evenTwo = at + atNegative;
        V oddTwo = at - atNegative;
        V last = V.Load(source + 7 * sourceStep);

        sink.Write(target, TScale.Apply(0, V.Load(source)) + even1 + (evenHalf + evenTwo));
        sink.Write(target + targetStep, Sum(odd1, 0.5f, oddHalf, 2, oddTwo));
        sink.Write(target + 2 * targetStep, Sum(even1, 0.25f, evenHalf, 4, evenTwo));
        V power3 = Sum(odd1, 0.125f, oddHalf, 8, oddTwo);
        sink.Write(target + 3 * targetStep, count == 4 ? power3 + last : power3);
        if (count > 4)
        {
            sink.Write(target + 4 * targetStep, Sum(even1, 0.0625f, evenHalf, 16, evenTwo) + last);
        }
    }

    [MethodImpl(Inline)]
    public static void MultiplyInput<V, TSink>(float* source, nint sourceStep, float* target, nint targetStep, TSink sink)
        where V : struct, IVector<V>
        where TSink : struct, ISink<V>
    {
        V d0 = V.Load(source);
        V d1 = V.Load(source + sourceStep);
        V d2 = V.Load(source + 2 * sourceStep);
        V d3 = V.Load(source + 3 * sourceStep);
        V d4 = V.Load(source + 4 * sourceStep);
        V d5 = V.Load(source + 5 * sourceStep);
        V d6 = V.Load(source + 6 * sourceStep);
        V d7 = V.Load(source + 7 * sourceStep);

        V middle = V.Broadcast(5.25f);
        sink.Write(target, V.MultiplyAdd(middle, d4 - d2, d0 - d6));
        sink.Write(target + 7 * targetStep, V.MultiplyAdd(middle, d3 - d5, d7 - d1));
        V even = V.MultiplyAdd(V.Broadcast(-4.25f), d4, d2 + d6);
        V odd = V.MultiplyAdd(V.Broadcast(-4.25f), d3, d1 + d5);
        StorePair<V, Unscaled, TSink>(1, even, odd, target + targetStep, targetStep, sink);
        even = Sum(d6, -5, d4, 4, d2);
        odd = V.Broadcast(0.5f) * Sum(d5, -5, d3, 4, d1);
        StorePair<V, Unscaled, TSink>(3, even, odd, target + 3 * targetStep, targetStep, sink);
        even = Sum(d6, -1.25f, d4, 0.25f, d2);
        odd = V.Broadcast(2) * Sum(d5, -1.25f, d3, 0.25f, d1);
        StorePair<V, Unscaled, TSink>(5, even, odd, target + 5 * targetStep, targetStep, sink);
    }

    [MethodImpl(Inline)]
    public static V Divide<V>(int point, V value)
        where V : struct, IVector<V> =>
        point switch
        {
            1 or 2 => V.Broadcast(-2f / 9) * value,
            3 or 4 => V.Broadcast(32f / 45) * value,
            5 or 6 => V.Broadcast(1f / 90) * value,
            _ => value,
        };

    [MethodImpl(Inline)]
    private static V Sum<V>(V first, float secondFactor, V second, float thirdFactor, V third)
        where V : struct, IVector<V> =>
        V.MultiplyAdd(V.Broadcast(thirdFactor), third, V.MultiplyAdd(V.Broadcast(secondFactor), second, first));

    /// <summary>The values at a point and at its negative.</summary>
    [MethodImpl(Inline)]
    private static void StorePair<V, TScale, TSink>(int point, V even, V odd, float* target, nint targetStep, TSink sink)
        where V : struct, IVector<V>
        where TScale : struct, IPointScale
        where TSink : struct, ISink<V>
    {
        sink.Write(target, TScale.Apply(point, even + odd));
        sink.Write(target + targetStep, TScale.Apply(point + 1, even - odd));
    }
}
