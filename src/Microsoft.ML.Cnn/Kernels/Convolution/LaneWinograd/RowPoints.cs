using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels.Convolution;

/// <summary>
/// F(m, r), the minimal filtering of Winograd along a row: m outputs of a filter of r taps from m + r - 1 products, by the values of
/// polynomials at points. y = Aᵀ [(G g) ∘ (Bᵀ d)]: A. Lavin, S. Gray, "Fast algorithms for convolutional neural networks" (2016),
/// section 4. The points are 0, 1, -1, 2, -2, 1/2, -1/2 and infinity, and with nine of them also 4: eight keep the rounding error near that of the
/// definition, nine give one output more.
/// </summary>
/// <param name="Count">Points, 8 or 9; also the pixels that one tile of outputs sees.</param>
/// <param name="Taps">r.</param>
internal readonly unsafe record struct RowPoints(int Count, int Taps)
{
    /// <summary>The fewest points there are.</summary>
    public const int Least = 8;

    /// <summary>The most points there are.</summary>
    public const int Most = 9;

    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    // Methods of their own: inlined into the loops around them they would exhaust the JIT's budget, and with it their speed.
    private const MethodImplOptions Whole = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    /// <summary>The ninth point.</summary>
    private const float Ninth = 4;

    /// <summary>1 / Π of (4 - q) over the other finite points q.</summary>
    private const float NinthScale = 1f / 11340;

    /// <summary>m, the outputs of a tile.</summary>
    public int Outputs => Count + 1 - Taps;

    private bool HasNinth => Count == Most;

    /// <summary>The choice with the fewest products for a row of outputs.</summary>
    public static RowPoints For(int outputs, int taps)
    {
        RowPoints eight = new(Least, taps);
        RowPoints nine = new(Most, taps);
        return nine.Products(outputs) < eight.Products(outputs) ? nine : eight;
    }

    /// <summary>Tiles of a row of outputs.</summary>
    public int Tiles(int outputs) => (outputs + Outputs - 1) / Outputs;

    /// <summary>Products for a row of outputs.</summary>
    public int Products(int outputs) => Tiles(outputs) * Count;

    /// <summary>G[point, tap].</summary>
    public float Filter(int point, int tap)
    {
        if (point == 7)
        {
            return tap == Taps - 1 ? 1 : 0;
        }

        (float value, float scale) = point switch
        {
            0 => (0f, 1f),
            1 => (1f, -2f / 9),
            2 => (-1f, -2f / 9),
            3 => (2f, 1f / 90),
            4 => (-2f, 1f / 90),
            5 => (0.5f, 32f / 45),
            6 => (-0.5f, 32f / 45),
            _ => (Ninth, NinthScale),
        };
        scale /= HasNinth && point < 7 ? value - Ninth : 1;
        for (int factor = 0; factor < tap; factor++)
        {
            scale *= value;
        }

        return scale;
    }

    /// <summary>v = Bᵀ d.</summary>
    /// <param name="d">As many vectors as there are points, one after another.</param>
    /// <param name="v">The first of as many vectors.</param>
    /// <param name="pitch">Floats from one of them to the next.</param>
    [MethodImpl(Whole)]
    public void Input<V>(float* d, float* v, nint pitch)
        where V : struct, IVector<V>
    {
        V d0 = V.Load(d);
        V d1 = V.Load(d + V.Count);
        V d2 = V.Load(d + 2 * V.Count);
        V d3 = V.Load(d + 3 * V.Count);
        V d4 = V.Load(d + 4 * V.Count);
        V d5 = V.Load(d + 5 * V.Count);
        V d6 = V.Load(d + 6 * V.Count);
        V d7 = V.Load(d + 7 * V.Count);
        if (HasNinth)
        {
            // The polynomial without its factor x - 4 is that of the eight points.
            V.MultiplyAdd(V.Broadcast(5.25f), d3 - d5, d7 - d1).Store(v + 8 * pitch);
            V factor = V.Broadcast(-Ninth);
            d0 = V.MultiplyAdd(factor, d0, d1);
            d1 = V.MultiplyAdd(factor, d1, d2);
            d2 = V.MultiplyAdd(factor, d2, d3);
            d3 = V.MultiplyAdd(factor, d3, d4);
            d4 = V.MultiplyAdd(factor, d4, d5);
            d5 = V.MultiplyAdd(factor, d5, d6);
            d6 = V.MultiplyAdd(factor, d6, d7);
            d7 = V.MultiplyAdd(factor, d7, V.Load(d + 8 * V.Count));
        }

        V.MultiplyAdd(V.Broadcast(5.25f), d4 - d2, d0 - d6).Store(v);
        V.MultiplyAdd(V.Broadcast(5.25f), d3 - d5, d7 - d1).Store(v + 7 * pitch);
        Both(V.MultiplyAdd(V.Broadcast(-4.25f), d4, d2 + d6), V.MultiplyAdd(V.Broadcast(-4.25f), d3, d1 + d5), v + pitch, pitch);
        V even = V.MultiplyAdd(V.Broadcast(0.25f), d2, V.MultiplyAdd(V.Broadcast(-1.25f), d4, d6));
        V odd = V.MultiplyAdd(V.Broadcast(0.5f), d1, V.MultiplyAdd(V.Broadcast(-2.5f), d3, d5 + d5));
        Both(even, odd, v + 3 * pitch, pitch);
        even = V.MultiplyAdd(V.Broadcast(4), d2, V.MultiplyAdd(V.Broadcast(-5), d4, d6));
        odd = V.MultiplyAdd(V.Broadcast(0.5f), d5, V.MultiplyAdd(V.Broadcast(-2.5f), d3, d1 + d1));
        Both(even, odd, v + 5 * pitch, pitch);
    }

    /// <summary>d = B v, the adjoint of <see cref="Input"/>.</summary>
    /// <param name="d">Receives as many vectors as there are points, one after another.</param>
    [MethodImpl(Whole)]
    public void InputAdjoint<V>(float* v, nint pitch, float* d)
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
        if (HasNinth)
        {
            PutBackNinth(V.Load(v + 8 * pitch), d);
        }
    }

    /// <summary>y = max(floor, start + Aᵀ m).</summary>
    /// <param name="m">The first of as many vectors as there are points.</param>
    /// <param name="y">Receives vectors that follow each other.</param>
    /// <param name="count">Their number, at most that of a tile's outputs.</param>
    [MethodImpl(Whole)]
    public void Output<V>(float* m, nint pitch, V start, V floor, float* y, int count)
        where V : struct, IVector<V>
    {
        (V one, V oneOdd) = Parts<V>(m + pitch, pitch);
        (V two, V twoOdd) = Parts<V>(m + 3 * pitch, pitch);
        (V half, V halfOdd) = Parts<V>(m + 5 * pitch, pitch);
        V ninth = HasNinth ? V.Load(m + 8 * pitch) : V.Broadcast(0);
        V last = V.Load(m + 7 * pitch);
        V power = V.Broadcast(1);
        V root = V.Broadcast(1);
        V first = V.Load(m);
        for (int j = 0; j < count; j++)
        {
            // A row of Aᵀ takes the even or the odd parts, by turns.
            V sum = V.MultiplyAdd(power, two, V.MultiplyAdd(root, half, one + ninth));
            sum = j == 0 ? sum + first : sum;
            sum = j == Outputs - 1 ? sum + last : sum;
            V.Max(floor, start + sum).Store(y + j * V.Count);
            power += power;
            root *= V.Broadcast(0.5f);
            ninth *= V.Broadcast(Ninth);
            (one, oneOdd) = (oneOdd, one);
            (two, twoOdd) = (twoOdd, two);
            (half, halfOdd) = (halfOdd, half);
        }
    }

    /// <summary>m = A y, the adjoint of <see cref="Output"/>.</summary>
    /// <param name="y">Vectors that follow each other, as many as a tile has outputs.</param>
    [MethodImpl(Whole)]
    public void OutputAdjoint<V>(float* y, float* m, nint pitch)
        where V : struct, IVector<V>
    {
        V.Load(y).Store(m);
        V.Load(y + (Outputs - 1) * V.Count).Store(m + 7 * pitch);
        V one = V.Broadcast(0);
        (V two, V half, V oneOdd, V twoOdd, V halfOdd, V ninth) = (one, one, one, one, one, one);
        V power = V.Broadcast(1);
        V root = V.Broadcast(1);
        for (int j = 0; j < Outputs; j++)
        {
            V value = V.Load(y + j * V.Count);
            (one, oneOdd) = (oneOdd, one + value);
            (two, twoOdd) = (twoOdd, V.MultiplyAdd(power, value, two));
            (half, halfOdd) = (halfOdd, V.MultiplyAdd(root, value, half));
            ninth = V.MultiplyAdd(power * power, value, ninth);
            power += power;
            root *= V.Broadcast(0.5f);
        }

        // The parts have changed places once for every output.
        bool swapped = Outputs % 2 != 0;
        Both(swapped ? oneOdd : one, swapped ? one : oneOdd, m + pitch, pitch);
        Both(swapped ? twoOdd : two, swapped ? two : twoOdd, m + 3 * pitch, pitch);
        Both(swapped ? halfOdd : half, swapped ? half : halfOdd, m + 5 * pitch, pitch);
        if (HasNinth)
        {
            ninth.Store(m + 8 * pitch);
        }
    }

    /// <summary>The factor x - 4, in place, and the ninth point itself: what <see cref="Input"/> does to them, transposed.</summary>
    [MethodImpl(Whole)]
    private static void PutBackNinth<V>(V ninth, float* d)
        where V : struct, IVector<V>
    {
        V before = V.Broadcast(0);
        for (int i = 0; i < 8; i++)
        {
            V current = V.Load(d + i * V.Count);
            V.MultiplyAdd(V.Broadcast(-Ninth), current, before).Store(d + i * V.Count);
            before = current;
        }

        before.Store(d + 8 * V.Count);
        (V.Load(d + V.Count) - ninth).Store(d + V.Count);
        V.MultiplyAdd(V.Broadcast(5.25f), ninth, V.Load(d + 3 * V.Count)).Store(d + 3 * V.Count);
        V.MultiplyAdd(V.Broadcast(-5.25f), ninth, V.Load(d + 5 * V.Count)).Store(d + 5 * V.Count);
        (V.Load(d + 7 * V.Count) + ninth).Store(d + 7 * V.Count);
    }

    /// <summary>The values of a polynomial at a point and at its negative, from its even and its odd powers.</summary>
    [MethodImpl(Inline)]
    private static void Both<V>(V even, V odd, float* v, nint pitch)
        where V : struct, IVector<V>
    {
        (even + odd).Store(v);
        (even - odd).Store(v + pitch);
    }

    [MethodImpl(Inline)]
    private static (V Sum, V Difference) Parts<V>(float* v, nint pitch)
        where V : struct, IVector<V>
    {
        V plus = V.Load(v);
        V minus = V.Load(v + pitch);
        return (plus + minus, plus - minus);
    }
}
