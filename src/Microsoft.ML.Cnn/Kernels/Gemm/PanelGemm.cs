using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Gemm;

/// <summary>
/// C = A · B by panels of B, two vectors wide, that are packed so that their rows follow each other, aligned; the rows of A pass over them
/// where they lie, whatever their strides. Panels are independent pieces of work. Each element of C is one sum over all of k in ascending
/// order, so its bits depend neither on the other rows nor on how the work is cut.
/// </summary>
internal static unsafe class PanelGemm<V>
    where V : struct, IVector<V>
{
    /// <summary>Rows that are packed side by side: each is read in one run, over all panels.</summary>
    private const int RunRows = 8;

    /// <summary>Columns of a panel.</summary>
    public static int PanelColumns => MicroKernel<V>.Width;

    public static int Panels(int columns) => (columns + PanelColumns - 1) / PanelColumns;

    /// <summary>Floats of a whole matrix, packed panel by panel.</summary>
    public static long PackedLength(int rows, int columns) => (long)Panels(columns) * rows * PanelColumns;

    /// <summary>Packs all panels.</summary>
    /// <param name="b">[k, n]</param>
    /// <param name="packed">The whole packed matrix.</param>
    public static void Pack(Matrix b, float* packed) => PackRows(b, 0, b.Rows, packed);

    /// <summary>Packs some rows of all panels.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="first">Where they begin in B.</param>
    /// <param name="depth">All rows of B.</param>
    /// <param name="packed">The whole packed matrix.</param>
    public static void PackRows(Matrix rows, int first, int depth, float* packed)
    {
        for (int row = 0; row < rows.Rows; row += RunRows)
        {
            Matrix run = rows.Part(row, 0, Math.Min(RunRows, rows.Rows - row), rows.Columns);
            for (int panel = 0; panel < Panels(rows.Columns); panel++)
            {
                PackPart(run, panel, packed + ((nint)panel * depth + first + row) * PanelColumns);
            }
        }
    }

    /// <summary>Packs one panel.</summary>
    /// <param name="b">[k, n]</param>
    /// <param name="panel">Which.</param>
    /// <param name="packed">The whole packed matrix.</param>
    public static void Pack(Matrix b, int panel, float* packed) => PackPart(b, panel, packed + (nint)panel * b.Rows * PanelColumns);

    /// <summary>Columns of one panel of C = A · B, or with a bias, or max(0, that), from a packed B.</summary>
    /// <param name="a">[m, k]</param>
    /// <param name="packed">The whole packed matrix B, [k, n].</param>
    /// <param name="c">[m, n], its columns neighbours.</param>
    /// <param name="panel">Which.</param>
    /// <param name="bias">Added to every row; null for none.</param>
    /// <param name="rectify">Whether negative elements become 0.</param>
    /// <param name="accumulate">Adds to what C holds, instead of the bias.</param>
    public static void MultiplyPacked(
        Matrix a,
        float* packed,
        Matrix c,
        int panel,
        float* bias = null,
        bool rectify = false,
        bool accumulate = false
    )
    {
        int column = panel * PanelColumns;
        int columns = Math.Min(PanelColumns, c.Columns - column);
        float* b = packed + (nint)panel * a.Columns * PanelColumns;
        float* start =
            accumulate ? c.At(0, column)
            : bias == null ? null
            : bias + column;
        Stretch whole = default;
        Contraction sum = new()
        {
            Stretches = &whole,
            StretchCount = 1,
            Depth = a.Columns,
            ARow = a.RowStride,
            ADepth = a.ColumnStride,
            BDepth = PanelColumns,
            BColumn = V.Count,
            CRow = c.RowStride,
            CColumn = V.Count,
            StartRow = accumulate ? c.RowStride : 0,
            StartColumn = V.Count,
            Floor = rectify ? 0 : float.NegativeInfinity,
        };
        Split tiles = Split.AtMost(a.Rows, V.TileRows);
        for (int tile = 0; tile < tiles.Parts; tile++)
        {
            int row = tiles.Start(tile);
            float* from = start == null ? null : start + row * sum.StartRow;
            MicroKernel<V>.MultiplyEdge(sum, tiles.Size(tile), columns, a.At(row, 0), b, c.At(row, column), from);
        }
    }

    /// <summary>[row][two vectors], zeros beyond the last column.</summary>
    private static void PackPart(Matrix b, int panel, float* packed)
    {
        int column = panel * PanelColumns;
        int columns = Math.Min(PanelColumns, b.Columns - column);
        if (columns < PanelColumns)
        {
            new Span<float>(packed, b.Rows * PanelColumns).Clear();
        }

        MatrixCopy<V>.Run(b.Part(0, column, b.Rows, columns), new Matrix((nint)packed, b.Rows, columns, PanelColumns, 1));
    }
}
