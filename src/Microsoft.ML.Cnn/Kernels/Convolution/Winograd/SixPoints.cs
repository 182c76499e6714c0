using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>
/// 0, 1, -1, 1/2, -2 and ∞, for polynomials of 2 to 5 coefficients: two numbers and their negative reciprocals. The error is two thirds of that
/// of the usual 0, ±1, ±2, ∞. Bᵀ is
/// <code>
/// 1  -3/2   -2   3/2   1    0
/// 0   -1   1/2   5/2   1    0
/// 0    1  -5/2   1/2   1    0
/// 0   -2   -1     2    1    0
/// 0   1/2  -1   -1/2   1    0
/// 0    1  -3/2   -2   3/2   1
/// </code>
/// </summary>
internal readonly unsafe struct SixPoints : IInterpolation
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static int Points
    {
        [MethodImpl(Inline)]
        get => 6;
    }

    [MethodImpl(Inline)]
    public static void Evaluate<V, TScale, TSink>(int count, float* source, nint sourceStep, float* target, nint targetStep, TSink sink)
        where V : struct, IVector<V>
        where TScale : struct, IPointScale
        where TSink : struct, ISink<V>
    {
        V c0 = V.Load(source);
        V c1 = V.Load(source + sourceStep);
        V c2 = count > 2 ? V.Load(source + 2 * sourceStep) : c1;
        V c3 = count > 3 ? V.Load(source + 3 * sourceStep) : c2;
        V c4 = count > 4 ? V.Load(source + 4 * sourceStep) : c3;
        V even = c0;
        V odd = c1;
        if (count > 2)
        {
            even += c2;
        }

        if (count > 3)
        {
            odd += c3;
        }

        if (count > 4)
        {
            even += c4;
        }

        sink.Write(target, TScale.Apply(0, c0));
        sink.Write(target + targetStep, TScale.Apply(1, even + odd));
        sink.Write(target + 2 * targetStep, TScale.Apply(2, even - odd));
        sink.Write(target + 3 * targetStep, TScale.Apply(3, At(V.Broadcast(0.5f), count, c0, c1, c2, c3, c4)));
        sink.Write(target + 4 * targetStep, TScale.Apply(4, At(V.Broadcast(-2), count, c0, c1, c2, c3, c4)));
        sink.Write(target + 5 * targetStep, c4);
    }

    [MethodImpl(Inline)]
    public static void Adjoint<V, TScale, TSink>(int count, float* source, nint sourceStep, float* target, nint targetStep, TSink sink)
        where V : struct, IVector<V>
        where TScale : struct, IPointScale
        where TSink : struct, ISink<V>
    {
        V m1 = TScale.Apply(1, V.Load(source + sourceStep));
        V m2 = TScale.Apply(2, V.Load(source + 2 * sourceStep));
        V m3 = TScale.Apply(3, V.Load(source + 3 * sourceStep));
        V m4 = TScale.Apply(4, V.Load(source + 4 * sourceStep));
        V last = V.Load(source + 5 * sourceStep);
        V even = m1 + m2;
        V odd = m1 - m2;

        sink.Write(target, TScale.Apply(0, V.Load(source)) + even + (m3 + m4));
        V power1 = V.MultiplyAdd(V.Broadcast(-2), m4, V.MultiplyAdd(V.Broadcast(0.5f), m3, odd));
        sink.Write(target + targetStep, count == 2 ? power1 + last : power1);
        if (count > 2)
        {
            V power2 = V.MultiplyAdd(V.Broadcast(4), m4, V.MultiplyAdd(V.Broadcast(0.25f), m3, even));
            sink.Write(target + 2 * targetStep, count == 3 ? power2 + last : power2);
        }

        if (count > 3)
        {
            V power3 = V.MultiplyAdd(V.Broadcast(-8), m4, V.MultiplyAdd(V.Broadcast(0.125f), m3, odd));
            sink.Write(target + 3 * targetStep, count == 4 ? power3 + last : power3);
        }

        if (count > 4)
        {
            V power4 = V.MultiplyAdd(V.Broadcast(16), m4, V.MultiplyAdd(V.Broadcast(0.0625f), m3, even));
            sink.Write(target + 4 * targetStep, power4 + last);
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
        V threeHalves = V.Broadcast(1.5f);
        V even = d4 - d2;
        V odd = d3 - d1;

        sink.Write(target, V.MultiplyAdd(threeHalves, odd, d0 - d2 + even));
        sink.Write(target + targetStep, V.MultiplyAdd(threeHalves, d3 + d2, even + odd));
        sink.Write(target + 2 * targetStep, V.MultiplyAdd(threeHalves, d3 - d2, even - odd));
        sink.Write(target + 3 * targetStep, V.MultiplyAdd(V.Broadcast(2), odd, even));
        sink.Write(target + 4 * targetStep, V.MultiplyAdd(V.Broadcast(-0.5f), odd, even));
        sink.Write(target + 5 * targetStep, V.MultiplyAdd(threeHalves, even, d5 - d3 - odd));
    }

    [MethodImpl(Inline)]
    public static V Divide<V>(int point, V value)
        where V : struct, IVector<V> =>
        point switch
        {
            1 => V.Broadcast(1f / 3) * value,
            2 => V.Broadcast(-1f / 3) * value,
            3 => V.Broadcast(-16f / 15) * value,
            4 => V.Broadcast(1f / 15) * value,
            _ => value,
        };

    /// <summary>By Horner's rule.</summary>
    [MethodImpl(Inline)]
    private static V At<V>(V point, int count, V c0, V c1, V c2, V c3, V c4)
        where V : struct, IVector<V>
    {
        V fromThird = count > 4 ? V.MultiplyAdd(point, c4, c3) : c3;
        V fromSecond = count > 3 ? V.MultiplyAdd(point, fromThird, c2) : c2;
        V fromFirst = count > 2 ? V.MultiplyAdd(point, fromSecond, c1) : c1;
        return V.MultiplyAdd(point, fromFirst, c0);
    }
}
