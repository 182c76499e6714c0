using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Gemm;

/// <summary>
/// C = A · B for large matrices, blocked for the caches as in Goto and van de Geijn 2008, "Anatomy of High-Performance Matrix
/// Multiplication": a block of B is packed into panels two vectors wide, a block of A is copied beside it, both into the second level; a panel
/// stays in the first level while the tiles of A's block pass over it. Blocks are copied whatever the strides, since rows that lie a power of two
/// apart would evict each other. Each element of C is one sum over k in ascending order, block by block: its bits do not depend on how
/// rows and columns are cut.
/// </summary>
internal static unsafe class BlockGemm<V>
    where V : struct, IVector<V>
{
    /// <summary>Depth of a block: with two vectors of 16 floats a panel is 32 KB.</summary>
    private const int Depth = 256;

    /// <summary>An odd number of cache lines from a row of A's block to the next, so that they do not meet in one set.</summary>
    private const int LeftPitch = Depth + AlignedBuffer.Line;

    private const int PanelsOfBlock = 16;
    private const int TilesOfBlock = 8;

    /// <summary>The most rows of C, and columns, that blocks of A and B serve.</summary>
    public static int BlockRows => TilesOfBlock * V.TileRows;

    public static int BlockColumns => PanelsOfBlock * MicroKernel<V>.Width;

    /// <summary>Floats of scratch.</summary>
    public static int ScratchLength => BlockRows * LeftPitch + BlockColumns * Depth;

    /// <summary>Computes C, or a part of it if the matrices are parts.</summary>
    /// <param name="a">[m, k]</param>
    /// <param name="b">[k, n]</param>
    /// <param name="c">[m, n], its columns neighbours.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats, aligned.</param>
    /// <param name="bias">Added to every row; null for none.</param>
    /// <param name="rectify">Whether negative elements become 0.</param>
    public static void Multiply(Matrix a, Matrix b, Matrix c, float* scratch, float* bias = null, bool rectify = false)
    {
        Split columns = Split.AtMost(c.Columns, BlockColumns);
        for (int block = 0; block < columns.Parts; block++)
        {
            (int column, int count) = (columns.Start(block), columns.Size(block));
            MultiplyColumns(
                a,
                b.Part(0, column, b.Rows, count),
                c.Part(0, column, c.Rows, count),
                scratch,
                bias == null ? null : bias + column,
                rectify
            );
        }
    }

    private static void MultiplyColumns(Matrix a, Matrix b, Matrix c, float* scratch, float* bias, bool rectify)
    {
        float* right = scratch;
        float* left = scratch + BlockColumns * Depth;
        Split rows = Split.AtMost(c.Rows, BlockRows);
        for (int k = 0; k < a.Columns; k += Depth)
        {
            int depth = Math.Min(Depth, a.Columns - k);
            bool isLast = k + depth == a.Columns;
            PanelGemm<V>.Pack(b.Part(k, 0, depth, b.Columns), right);
            for (int block = 0; block < rows.Parts; block++)
            {
                (int row, int count) = (rows.Start(block), rows.Size(block));
                Matrix copy = new((nint)left, count, depth, LeftPitch, 1);
                MatrixCopy<V>.Run(a.Part(row, k, count, depth), copy);
                Matrix target = c.Part(row, 0, count, c.Columns);
                for (int panel = 0; panel < PanelGemm<V>.Panels(c.Columns); panel++)
                {
                    PanelGemm<V>.MultiplyPacked(copy, right, target, panel, bias, rectify && isLast, accumulate: k > 0);
                }
            }
        }
    }
}
