using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels.Convolution;

/// <summary>
/// F(9 - r, r), the minimal filtering of Winograd along a row: 9 - r outputs of a filter of r taps from 8 products, by the values of
/// polynomials at the points 0, 1, -1, 2, -2, 1/2, -1/2 and infinity. y = Aᵀ [(G g) ∘ (Bᵀ d)]: A. Lavin, S. Gray, "Fast algorithms for
/// convolutional neural networks" (2016), section 4. Bᵀ is the same for every r.
/// </summary>
internal static unsafe class RowPoints
{
    /// <summary>Points, and pixels that one tile of outputs sees.</summary>
    public const int Count = 8;

    private const MethodImplOptions Fast = MethodImplOptions.AggressiveInlining;

    /// <summary>Outputs of a tile.</summary>
    public static int Outputs(int taps) => Count + 1 - taps;

    /// <summary>G[point, tap].</summary>
    public static float Filter(int point, int tap, int taps) =>
        point switch
        {
            0 => tap == 0 ? 1 : 0,
            1 => -2f / 9,
            2 => -2f / 9 * Sign(tap),
            3 => 1f / 90 * (1 << tap),
            4 => 1f / 90 * (1 << tap) * Sign(tap),
            5 => 32f / 45 / (1 << tap),
            6 => 32f / 45 / (1 << tap) * Sign(tap),
            _ => tap == taps - 1 ? 1 : 0,
        };

    /// <summary>v = Bᵀ d.</summary>
    /// <param name="d">Eight vectors that follow each other.</param>
    /// <param name="v">The first of eight vectors.</param>
    /// <param name="pitch">Floats from one of them to the next.</param>
    [MethodImpl(Fast)]
    public static void Input<V>(float* d, float* v, nint pitch)
        where V : struct, IVector<V>
    {
        V d1 = V.Load(d + V.Count);
        V d2 = V.Load(d + 2 * V.Count);
        V d3 = V.Load(d + 3 * V.Count);
        V d4 = V.Load(d + 4 * V.Count);
        V d5 = V.Load(d + 5 * V.Count);
        V d6 = V.Load(d + 6 * V.Count);
        V.MultiplyAdd(V.Broadcast(5.25f), d4 - d2, V.Load(d) - d6).Store(v);
        V.MultiplyAdd(V.Broadcast(5.25f), d3 - d5, V.Load(d + 7 * V.Count) - d1).Store(v + 7 * pitch);

        Both(V.MultiplyAdd(V.Broadcast(-4.25f), d4, d2 + d6), V.MultiplyAdd(V.Broadcast(-4.25f), d3, d1 + d5), v + pitch, pitch);
        V even = V.MultiplyAdd(V.Broadcast(0.25f), d2, V.MultiplyAdd(V.Broadcast(-1.25f), d4, d6));
        V odd = V.MultiplyAdd(V.Broadcast(0.5f), d1, V.MultiplyAdd(V.Broadcast(-2.5f), d3, d5 + d5));
        Both(even, odd, v + 3 * pitch, pitch);
        even = V.MultiplyAdd(V.Broadcast(4), d2, V.MultiplyAdd(V.Broadcast(-5), d4, d6));
        odd = V.MultiplyAdd(V.Broadcast(0.5f), d5, V.MultiplyAdd(V.Broadcast(-2.5f), d3, d1 + d1));
        Both(even, odd, v + 5 * pitch, pitch);
    }

    /// <summary>d = B v, the adjoint of <see cref="Input"/>.</summary>
    /// <param name="d">Receives eight vectors that follow each other.</param>
    [MethodImpl(Fast)]
    public static void InputAdjoint<V>(float* v, nint pitch, float* d)
        where V : struct, IVector<V>
    {
        V first = V.Load(v);
        V last = V.Load(v + 7 * pitch);
        (V one, V oneOdd) = Parts<V>(v + pitch, pitch);
        (V two, V twoOdd) = Parts<V>(v + 3 * pitch, pitch);
        (V half, V halfOdd) = Parts<V>(v + 5 * pitch, pitch);
        first.Store(d);
        (V.MultiplyAdd(V.Broadcast(0.5f), twoOdd, oneOdd - last) + halfOdd + halfOdd).Store(d + V.Count);
        V.MultiplyAdd(V.Broadcast(-5.25f), first, V.MultiplyAdd(V.Broadcast(0.25f), two, V.MultiplyAdd(V.Broadcast(4), half, one)))
            .Store(d + 2 * V.Count);
        V.MultiplyAdd(V.Broadcast(-4.25f), oneOdd, V.MultiplyAdd(V.Broadcast(-2.5f), twoOdd + halfOdd, V.Broadcast(5.25f) * last))
            .Store(d + 3 * V.Count);
        V sum = V.MultiplyAdd(V.Broadcast(-4.25f), one, V.MultiplyAdd(V.Broadcast(-1.25f), two, V.Broadcast(5.25f) * first));
        V.MultiplyAdd(V.Broadcast(-5), half, sum).Store(d + 4 * V.Count);
        sum = V.MultiplyAdd(V.Broadcast(-5.25f), last, oneOdd + twoOdd + twoOdd);
        V.MultiplyAdd(V.Broadcast(0.5f), halfOdd, sum).Store(d + 5 * V.Count);
        (one + two + half - first).Store(d + 6 * V.Count);
        last.Store(d + 7 * V.Count);
    }

    /// <summary>y = max(floor, start + Aᵀ m).</summary>
    /// <param name="m">The first of eight vectors.</param>
    /// <param name="outputs">Of a whole tile.</param>
    /// <param name="y">Receives vectors that follow each other.</param>
    /// <param name="count">Their number, at most <paramref name="outputs"/>.</param>
    [MethodImpl(Fast)]
    public static void Output<V>(float* m, nint pitch, int outputs, V start, V floor, float* y, int count)
        where V : struct, IVector<V>
    {
        (V one, V oneOdd) = Parts<V>(m + pitch, pitch);
        (V two, V twoOdd) = Parts<V>(m + 3 * pitch, pitch);
        (V half, V halfOdd) = Parts<V>(m + 5 * pitch, pitch);
        V first = V.Load(m) + start;
        V last = V.Load(m + 7 * pitch);
        V power = V.Broadcast(1);
        V root = V.Broadcast(1);
        for (int j = 0; j < count; j++)
        {
            // A row of Aᵀ takes the even or the odd parts, by turns.
            V sum = V.MultiplyAdd(power, two, V.MultiplyAdd(root, half, (j == 0 ? first : start) + one));
            V.Max(floor, j == outputs - 1 ? sum + last : sum).Store(y + j * V.Count);
            power += power;
            root *= V.Broadcast(0.5f);
            (one, oneOdd) = (oneOdd, one);
            (two, twoOdd) = (twoOdd, two);
            (half, halfOdd) = (halfOdd, half);
        }
    }

    /// <summary>m = A y, the adjoint of <see cref="Output"/>.</summary>
    /// <param name="y">Vectors that follow each other, as many as a tile has outputs.</param>
    [MethodImpl(Fast)]
    public static void OutputAdjoint<V>(float* y, int outputs, float* m, nint pitch)
        where V : struct, IVector<V>
    {
        V.Load(y).Store(m);
        V.Load(y + (outputs - 1) * V.Count).Store(m + 7 * pitch);
        V one = V.Broadcast(0);
        (V two, V half, V oneOdd, V twoOdd, V halfOdd) = (one, one, one, one, one);
        V power = V.Broadcast(1);
        V root = V.Broadcast(1);
        for (int j = 0; j < outputs; j++)
        {
            V value = V.Load(y + j * V.Count);
            (one, oneOdd) = (oneOdd, one + value);
            (two, twoOdd) = (twoOdd, V.MultiplyAdd(power, value, two));
            (half, halfOdd) = (halfOdd, V.MultiplyAdd(root, value, half));
            power += power;
            root *= V.Broadcast(0.5f);
        }

        // The parts have changed places once for every output.
        bool swapped = outputs % 2 != 0;
        Both(swapped ? oneOdd : one, swapped ? one : oneOdd, m + pitch, pitch);
        Both(swapped ? twoOdd : two, swapped ? two : twoOdd, m + 3 * pitch, pitch);
        Both(swapped ? halfOdd : half, swapped ? half : halfOdd, m + 5 * pitch, pitch);
    }

    private static int Sign(int tap) => tap % 2 == 0 ? 1 : -1;

    /// <summary>The values of a polynomial at a point and at its negative, from its even and its odd powers.</summary>
    [MethodImpl(Fast)]
    private static void Both<V>(V even, V odd, float* v, nint pitch)
        where V : struct, IVector<V>
    {
        (even + odd).Store(v);
        (even - odd).Store(v + pitch);
    }

    [MethodImpl(Fast)]
    private static (V Sum, V Difference) Parts<V>(float* v, nint pitch)
        where V : struct, IVector<V>
    {
        V plus = V.Load(v);
        V minus = V.Load(v + pitch);
        return (plus + minus, plus - minus);
    }
}
