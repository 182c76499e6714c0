using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Gemm;

/// <summary>
/// C = A · B for few rows of A and a B that is larger than any cache: as many rows of B as the processor's prefetching follows are read side by
/// side where they lie, in runs as long as C is wide, once. C is continued from one such block to the next. Each element of C is one sum
/// over k in ascending order, block by block: its bits depend neither on the other rows nor on how columns are cut.
/// </summary>
internal static unsafe class StreamGemm<V>
    where V : struct, IVector<V>
{
    /// <summary>Rows of B that are read side by side.</summary>
    private const int Depth = 16;

    /// <summary>The most rows of A for which this is faster than <see cref="BlockGemm{V}"/>.</summary>
    public const int MostRows = 32;

    /// <summary>Columns that are worth a piece of their own: runs of 4 KB.</summary>
    public const int PieceColumns = 1024;

    /// <summary>An odd number of cache lines from a row of C's copy to the next, so that they do not meet in one set.</summary>
    private const int SumPitch = PieceColumns + AlignedBuffer.Line;

    private static int EdgeLength => Depth * PanelGemm<V>.PanelColumns;

    /// <summary>Floats of scratch for so many rows.</summary>
    public static int ScratchLength(int rows) => rows * (SumPitch + Depth) + EdgeLength;

    /// <summary>Computes C, or a part of it if the matrices are parts.</summary>
    /// <param name="a">[m, k], its columns neighbours.</param>
    /// <param name="b">[k, n], its columns neighbours.</param>
    /// <param name="c">[m, n], n at most <see cref="PieceColumns"/>, its columns neighbours.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats, aligned.</param>
    /// <param name="bias">Added to every row; null for none.</param>
    /// <param name="rectify">Whether negative elements become 0.</param>
    public static void Multiply(Matrix a, Matrix b, Matrix c, float* scratch, float* bias = null, bool rectify = false)
    {
        float* left = scratch + EdgeLength;
        Matrix sums = new((nint)(left + a.Rows * Depth), c.Rows, c.Columns, SumPitch, 1);
        Stretch whole = default;
        for (int k = 0; k < a.Columns; k += Depth)
        {
            int depth = Math.Min(Depth, a.Columns - k);
            bool isLast = k + depth == a.Columns;
            MatrixCopy<V>.Run(a.Part(0, k, a.Rows, depth), new Matrix((nint)left, a.Rows, depth, Depth, 1));
            Matrix target = isLast ? c : sums;
            Contraction sum = new()
            {
                Stretches = &whole,
                StretchCount = 1,
                Depth = depth,
                ARow = Depth,
                ADepth = 1,
                BDepth = b.RowStride,
                BColumn = V.Count,
                CRow = target.RowStride,
                CColumn = V.Count,
                StartRow = k > 0 ? SumPitch : 0,
                StartColumn = V.Count,
                Floor = rectify && isLast ? 0 : float.NegativeInfinity,
            };
            int nextDepth = Math.Min(Depth, a.Columns - k - depth);
            Lookahead<V> ahead = new(b.At(k + depth, 0), b.RowStride, nextDepth, b.Columns);
            MultiplyBlock(sum, left, b.Part(k, 0, depth, b.Columns), ahead, target, k > 0 ? sums.Data : bias, scratch);
        }
    }

    private static void MultiplyBlock(Contraction sum, float* left, Matrix b, Lookahead<V> ahead, Matrix c, float* start, float* edge)
    {
        Split tiles = Split.AtMost(c.Rows, V.TileRows);
        int panels = PanelGemm<V>.Panels(c.Columns);
        for (int panel = 0; panel < panels; panel++)
        {
            ahead.Fetch(panel, panels);
            int column = panel * PanelGemm<V>.PanelColumns;
            int columns = Math.Min(PanelGemm<V>.PanelColumns, c.Columns - column);
            float* right = b.At(0, column);
            if (columns < PanelGemm<V>.PanelColumns)
            {
                // The micro-kernel reads whole vectors, and behind the last row there may be nothing to read.
                PanelGemm<V>.Pack(b.Part(0, column, b.Rows, columns), edge);
                right = edge;
                sum.BDepth = PanelGemm<V>.PanelColumns;
            }

            for (int tile = 0; tile < tiles.Parts; tile++)
            {
                int row = tiles.Start(tile);
                float* from = start == null ? null : start + row * sum.StartRow + column;
                MicroKernel<V>.MultiplyEdge(sum, tiles.Size(tile), columns, left + row * sum.ARow, right, c.At(row, column), from);
            }
        }
    }
}
