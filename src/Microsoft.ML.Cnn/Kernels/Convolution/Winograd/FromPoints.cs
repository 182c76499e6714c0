using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>M · source · Mᵀ of one vector of channels: Aᵀ m A and Gᵀ u G.</summary>
internal static unsafe class FromPoints<V, TMatrix, TSink>
    where V : struct, IVector<V>
    where TMatrix : struct, IMatrixFromPoints
    where TSink : struct, ISink<V>
{
    private static int Points
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TMatrix.Points;
    }

    /// <summary>Neighbouring rows of the matrices into neighbouring tiles of one row of tiles.</summary>
    /// <param name="source">The first row of the first matrix.</param>
    /// <param name="sourceStride">From a matrix to the next.</param>
    /// <param name="next">Where the rows begin that will be read next; null where they are near.</param>
    /// <param name="ahead">What will be written next.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(float* source, nint sourceStride, int tiles, in Patch target, TSink sink, float* next, in Lookahead<V> ahead)
    {
        // half = M · source, [Outputs, Points] vectors. On the stack, which is in the first cache level.
        float* half = stackalloc float[Points * Points * V.Count + AlignedBuffer.Line];
        half = AlignedBuffer.Align(half);
        nint halfRow = (nint)Points * V.Count;
        for (int tile = 0; tile < tiles; tile++)
        {
            ahead.Fetch(tile, tiles);
            for (int point = 0; next != null && point < Points * Points; point++)
            {
                V.PrefetchAhead(next + point * sourceStride + tile * V.Count);
            }

            for (int j = 0; j < Points; j++)
            {
                TMatrix.Multiply<V, PlainSink<V>>(
                    source + j * sourceStride + tile * V.Count,
                    Points * sourceStride,
                    half + j * V.Count,
                    halfRow,
                    default
                );
            }

            int column = tile * TMatrix.Outputs;
            int rows = Math.Min(TMatrix.Outputs, target.Rows);
            if (target.Columns - column >= TMatrix.Outputs && target.Channels == V.Count)
            {
                for (int i = 0; i < rows; i++)
                {
                    TMatrix.Multiply<V, TSink>(half + i * halfRow, V.Count, target.At(i, column), target.PixelPitch, sink);
                }
            }
            else
            {
                for (int i = 0; i < rows; i++)
                {
                    MultiplyPart(half + i * halfRow, target, i, column, sink);
                }
            }
        }
    }

    /// <summary>A row of pixels of which some, or some channels, are not to be written, by way of a copy.</summary>
    [SkipLocalsInit]
    private static void MultiplyPart(float* half, in Patch target, int row, int column, TSink sink)
    {
        float* copy = stackalloc float[Points * V.Count];
        int pixels = Math.Min(TMatrix.Outputs, target.Columns - column);
        for (int j = 0; j < pixels && TSink.ReadsTarget; j++)
        {
            target.Load<V>(row, column + j).Store(copy + j * V.Count);
        }

        TMatrix.Multiply<V, TSink>(half, V.Count, copy, V.Count, sink);
        for (int j = 0; j < pixels; j++)
        {
            target.Store(row, column + j, V.Load(copy + j * V.Count));
        }
    }
}
