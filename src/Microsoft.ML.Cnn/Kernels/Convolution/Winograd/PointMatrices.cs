using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>
/// Matrices in memory, one for each pair of interpolation points, their columns (channels) in blocks of one vector:
/// <c>[point][block][row][lane]</c>. What a micro-kernel reads or writes are runs of neighbouring cache lines, whichever of
/// the three matrices of a product it is.
/// </summary>
internal readonly unsafe struct PointMatrices<V>(float* data, int blocks, int rows)
    where V : struct, IVector<V>
{
    /// <summary>Floats from a block of columns to the next.</summary>
    public nint BlockStride { get; } = (nint)rows * V.Count;

    /// <summary>Floats from a matrix to the next.</summary>
    public nint Stride { get; } = StrideOf(blocks, rows);

    /// <param name="count">Pairs of points.</param>
    /// <param name="blocks">Of columns.</param>
    /// <param name="rows">Of a matrix.</param>
    public static long Length(int count, int blocks, int rows) => count * (long)StrideOf(blocks, rows);

    public float* At(int point, int block, int row) => data + point * Stride + block * BlockStride + (nint)row * V.Count;

    // An odd number of cache lines: a transform touches one element of each matrix, and they shall not all meet in one cache set.
    private static nint StrideOf(int blocks, int rows) =>
        (nint)((AlignedBuffer.RoundUp((long)blocks * rows * V.Count) / AlignedBuffer.Line | 1) * AlignedBuffer.Line);
}
