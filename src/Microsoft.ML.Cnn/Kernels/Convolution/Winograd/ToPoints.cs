using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>M · source · Mᵀ of one vector of channels: Bᵀ d B and A y Aᵀ.</summary>
internal static unsafe class ToPoints<V, TMatrix, TSink>
    where V : struct, IVector<V>
    where TMatrix : struct, IMatrixToPoints
    where TSink : struct, ISink<V>
{
    private static int Points
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TMatrix.Points;
    }

    /// <summary>
    /// Neighbouring tiles of one row of tiles, <paramref name="advance"/> pixels apart, into neighbouring rows of the matrices. Columns
    /// of pixels that two tiles share are transformed once.
    /// </summary>
    /// <param name="tiles">At most <see cref="Tiling.MostRun"/>.</param>
    /// <param name="target">The first row of the first matrix.</param>
    /// <param name="targetStride">From a matrix to the next.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(in Patch source, int advance, int tiles, float* target, nint targetStride, in Lookahead<V> ahead)
    {
        // half = M · source, [Points, columns of pixels] vectors. On the stack, which is in the first cache level.
        float* half = stackalloc float[Points * Tiling.MostRunPixels * V.Count + AlignedBuffer.Line];
        half = AlignedBuffer.Align(half);
        float* copy = stackalloc float[Points * V.Count];
        int columns = advance * (tiles - 1) + TMatrix.Inputs;
        nint halfRow = (nint)columns * V.Count;
        bool whole = source.Rows >= TMatrix.Inputs && source.Channels == V.Count;
        int column = 0;
        for (int tile = 0; tile < tiles; tile++)
        {
            ahead.Fetch(tile, tiles);
            for (int end = tile * advance + TMatrix.Inputs; column < end; column++)
            {
                if (whole && column < source.Columns)
                {
                    TMatrix.Multiply<V, PlainSink<V>>(source.At(0, column), source.RowPitch, half + column * V.Count, halfRow, default);
                }
                else
                {
                    CopyColumn(source, column, copy);
                    TMatrix.Multiply<V, PlainSink<V>>(copy, V.Count, half + column * V.Count, halfRow, default);
                }
            }

            for (int i = 0; i < Points; i++)
            {
                TMatrix.Multiply<V, TSink>(
                    half + i * halfRow + tile * advance * V.Count,
                    V.Count,
                    target + i * Points * targetStride + tile * V.Count,
                    targetStride,
                    default
                );
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyColumn(in Patch source, int column, float* copy)
    {
        int rows = column < source.Columns ? Math.Clamp(source.Rows, 0, TMatrix.Inputs) : 0;
        for (int i = 0; i < rows; i++)
        {
            source.Load<V>(i, column).Store(copy + i * V.Count);
        }

        for (int i = rows; i < TMatrix.Inputs; i++)
        {
            V.Broadcast(0).Store(copy + i * V.Count);
        }
    }
}
