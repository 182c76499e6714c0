using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels.Convolution;

/// <summary>
/// The products of three filters with a tile at the first eight points of <see cref="RowPoints"/>, summed up in 24 registers. Each point of the tile is read once
/// for all three.
/// </summary>
internal unsafe struct PointSums<V>
    where V : struct, IVector<V>
{
    public const int Filters = 3;

    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

#pragma warning disable CS0649 // Never assigned as wholes: their own methods fill them, from zero.
    private ThreeFilters zero;
    private ThreeFilters one;
    private ThreeFilters minusOne;
    private ThreeFilters two;
    private ThreeFilters minusTwo;
    private ThreeFilters half;
    private ThreeFilters minusHalf;
    private ThreeFilters infinity;
#pragma warning restore CS0649

    /// <summary>this[point, filter] += x[point] * weights[point, filter]</summary>
    /// <param name="x">Vectors that follow each other.</param>
    [MethodImpl(Inline)]
    public void Add(float* x, float* weights)
    {
        zero.MultiplyAdd(V.Load(x), weights);
        one.MultiplyAdd(V.Load(x + V.Count), weights + Filters);
        minusOne.MultiplyAdd(V.Load(x + 2 * V.Count), weights + 2 * Filters);
        two.MultiplyAdd(V.Load(x + 3 * V.Count), weights + 3 * Filters);
        minusTwo.MultiplyAdd(V.Load(x + 4 * V.Count), weights + 4 * Filters);
        half.MultiplyAdd(V.Load(x + 5 * V.Count), weights + 5 * Filters);
        minusHalf.MultiplyAdd(V.Load(x + 6 * V.Count), weights + 6 * Filters);
        infinity.MultiplyAdd(V.Load(x + 7 * V.Count), weights + 7 * Filters);
    }

    /// <summary>y = max(floor, start + Aᵀ this), as <see cref="RowPoints.Output"/>.</summary>
    /// <param name="start">A vector for each filter.</param>
    /// <param name="y">Receives <paramref name="count"/> vectors for each filter.</param>
    /// <param name="pitch">Floats from a filter's to the next's.</param>
    /// <param name="outputs">Of a tile, 4 to 6.</param>
    [MethodImpl(Inline)]
    public readonly void Store(float* start, V floor, float* y, nint pitch, int outputs, int count)
    {
        Store(zero.A, one.A, minusOne.A, two.A, minusTwo.A, half.A, minusHalf.A, infinity.A, V.Load(start), floor, y, outputs, count);
        start += V.Count;
        y += pitch;
        Store(zero.B, one.B, minusOne.B, two.B, minusTwo.B, half.B, minusHalf.B, infinity.B, V.Load(start), floor, y, outputs, count);
        start += V.Count;
        y += pitch;
        Store(zero.C, one.C, minusOne.C, two.C, minusTwo.C, half.C, minusHalf.C, infinity.C, V.Load(start), floor, y, outputs, count);
    }

    [MethodImpl(Inline)]
    private static void Store(
        V zero,
        V one,
        V minusOne,
        V two,
        V minusTwo,
        V half,
        V minusHalf,
        V infinity,
        V start,
        V floor,
        float* y,
        int outputs,
        int count
    )
    {
        V evenHalf = half + minusHalf;
        V oddHalf = half - minusHalf;
        V evenTwo = two + minusTwo;
        V oddTwo = two - minusTwo;
        V evenOne = start + (one + minusOne);
        V oddOne = start + (one - minusOne);
        V.Max(floor, evenOne + evenTwo + (evenHalf + zero)).Store(y);
        if (count > 1)
        {
            Combine(oddOne, oddTwo, 2, oddHalf, floor).Store(y + V.Count);
        }

        if (count > 2)
        {
            Combine(evenOne, evenTwo, 4, evenHalf, floor).Store(y + 2 * V.Count);
        }

        if (count > 3)
        {
            Combine(outputs == 4 ? oddOne + infinity : oddOne, oddTwo, 8, oddHalf, floor).Store(y + 3 * V.Count);
        }

        if (count > 4)
        {
            Combine(outputs == 5 ? evenOne + infinity : evenOne, evenTwo, 16, evenHalf, floor).Store(y + 4 * V.Count);
        }

        if (count > 5)
        {
            Combine(oddOne + infinity, oddTwo, 32, oddHalf, floor).Store(y + 5 * V.Count);
        }
    }

    [MethodImpl(Inline)]
    private static V Combine(V one, V two, float power, V half, V floor) =>
        V.Max(floor, V.MultiplyAdd(two, V.Broadcast(power), V.MultiplyAdd(half, V.Broadcast(1 / power), one)));

    private struct ThreeFilters
    {
        public V A;
        public V B;
        public V C;

        [MethodImpl(Inline)]
        public void MultiplyAdd(V x, float* weights)
        {
            A = V.MultiplyAdd(x, V.Broadcast(weights[0]), A);
            B = V.MultiplyAdd(x, V.Broadcast(weights[1]), B);
            C = V.MultiplyAdd(x, V.Broadcast(weights[2]), C);
        }
    }
}
