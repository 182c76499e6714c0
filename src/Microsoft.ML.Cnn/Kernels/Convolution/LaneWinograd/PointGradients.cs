using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels.Convolution;

/// <summary>
/// The products of dy with a few rows of x at the first eight points of <see cref="RowPoints"/>, summed up in registers: at each point a tile as many rows high and
/// one vector wide. dy is brought to the points on the way.
/// </summary>
internal unsafe struct PointGradients<V, TTile>
    where V : struct, IVector<V>
    where TTile : struct, ITile<V>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

#pragma warning disable CS0649 // Never assigned as wholes: their own methods fill them, from zero.
    private TTile zero;
    private TTile one;
    private TTile minusOne;
    private TTile two;
    private TTile minusTwo;
    private TTile half;
    private TTile minusHalf;
    private TTile infinity;
#pragma warning restore CS0649

    /// <summary>this[point, row] += (A dy)[point] * x[row, point], as <see cref="RowPoints.OutputAdjoint"/>.</summary>
    /// <param name="x">Vectors that follow each other.</param>
    /// <param name="rowPitch">Floats from a row of x to the next.</param>
    /// <param name="dy">Vectors that follow each other, as many as a tile has outputs.</param>
    /// <param name="outputs">4 to 6.</param>
    [MethodImpl(Inline)]
    public void Add(float* x, nint rowPitch, float* dy, int outputs)
    {
        V dy0 = V.Load(dy);
        V dy1 = V.Load(dy + V.Count);
        V dy2 = V.Load(dy + 2 * V.Count);
        V dy3 = V.Load(dy + 3 * V.Count);
        V evenOne = dy0 + dy2;
        V oddOne = dy1 + dy3;
        V evenTwo = V.MultiplyAdd(V.Broadcast(4), dy2, dy0);
        V oddTwo = V.MultiplyAdd(V.Broadcast(8), dy3, dy1 + dy1);
        V evenHalf = V.MultiplyAdd(V.Broadcast(0.25f), dy2, dy0);
        V oddHalf = V.MultiplyAdd(V.Broadcast(0.125f), dy3, V.Broadcast(0.5f) * dy1);
        V last = dy3;
        if (outputs > 4)
        {
            last = V.Load(dy + 4 * V.Count);
            evenOne += last;
            evenTwo = V.MultiplyAdd(V.Broadcast(16), last, evenTwo);
            evenHalf = V.MultiplyAdd(V.Broadcast(1f / 16), last, evenHalf);
        }

        if (outputs > 5)
        {
            last = V.Load(dy + 5 * V.Count);
            oddOne += last;
            oddTwo = V.MultiplyAdd(V.Broadcast(32), last, oddTwo);
            oddHalf = V.MultiplyAdd(V.Broadcast(1f / 32), last, oddHalf);
        }

        zero.MultiplyAdd<LaneLeft<V>>(x, rowPitch, dy0, dy0);
        infinity.MultiplyAdd<LaneLeft<V>>(x + 7 * V.Count, rowPitch, last, last);
        V plus = evenOne + oddOne;
        V minus = evenOne - oddOne;
        one.MultiplyAdd<LaneLeft<V>>(x + V.Count, rowPitch, plus, plus);
        minusOne.MultiplyAdd<LaneLeft<V>>(x + 2 * V.Count, rowPitch, minus, minus);
        plus = evenTwo + oddTwo;
        minus = evenTwo - oddTwo;
        two.MultiplyAdd<LaneLeft<V>>(x + 3 * V.Count, rowPitch, plus, plus);
        minusTwo.MultiplyAdd<LaneLeft<V>>(x + 4 * V.Count, rowPitch, minus, minus);
        plus = evenHalf + oddHalf;
        minus = evenHalf - oddHalf;
        half.MultiplyAdd<LaneLeft<V>>(x + 5 * V.Count, rowPitch, plus, plus);
        minusHalf.MultiplyAdd<LaneLeft<V>>(x + 6 * V.Count, rowPitch, minus, minus);
    }

    /// <summary>sums[row, point] += this[point, row]</summary>
    [MethodImpl(Inline)]
    public readonly void AddTo(float* sums, nint rowPitch)
    {
        V none = V.Broadcast(float.NegativeInfinity);
        zero.Store(sums, rowPitch, 0, sums, rowPitch, 0, none);
        one.Store(sums + V.Count, rowPitch, 0, sums + V.Count, rowPitch, 0, none);
        minusOne.Store(sums + 2 * V.Count, rowPitch, 0, sums + 2 * V.Count, rowPitch, 0, none);
        two.Store(sums + 3 * V.Count, rowPitch, 0, sums + 3 * V.Count, rowPitch, 0, none);
        minusTwo.Store(sums + 4 * V.Count, rowPitch, 0, sums + 4 * V.Count, rowPitch, 0, none);
        half.Store(sums + 5 * V.Count, rowPitch, 0, sums + 5 * V.Count, rowPitch, 0, none);
        minusHalf.Store(sums + 6 * V.Count, rowPitch, 0, sums + 6 * V.Count, rowPitch, 0, none);
        infinity.Store(sums + 7 * V.Count, rowPitch, 0, sums + 7 * V.Count, rowPitch, 0, none);
    }
}
