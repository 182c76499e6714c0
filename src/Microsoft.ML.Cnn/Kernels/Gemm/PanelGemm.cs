using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Gemm;

/// <summary>
/// C = A · B by panels of B, two vectors wide: a panel is packed so that its rows follow each other, aligned, and then the rows of A pass
/// over it where they lie, whatever their strides. Panels are independent pieces of work. Each element of C is one sum over all of k in
/// ascending order, so its bits depend neither on the other rows nor on how the work is cut.
/// </summary>
internal static unsafe class PanelGemm<V>
    where V : struct, IVector<V>
{
    /// <summary>Rows of a packed block: 256 by two vectors of 16 floats is 32 KB, most of the first cache level.</summary>
    private const int BlockRows = 256;

    /// <summary>Columns of a panel.</summary>
    public static int PanelColumns => MicroKernel<V>.Width;

    /// <summary>Floats of scratch that <see cref="Multiply"/> needs.</summary>
    public static int ScratchLength => BlockRows * PanelColumns;

    public static int Panels(int columns) => (columns + PanelColumns - 1) / PanelColumns;

    /// <summary>Floats of a whole matrix, packed panel by panel.</summary>
    public static long PackedLength(int rows, int columns) => (long)Panels(columns) * rows * PanelColumns;

    /// <summary>Packs one panel, all its rows: [row][two vectors], zeros beyond the last column.</summary>
    /// <param name="packed">The whole packed matrix.</param>
    public static void Pack(Matrix b, int panel, float* packed) =>
        PackRows(b, panel * PanelColumns, 0, b.Rows, packed + (long)panel * b.Rows * PanelColumns);

    /// <summary>Columns of one panel of C = A · B, or with a bias, or max(0, that), from a packed B.</summary>
    /// <param name="packed">The whole packed matrix B.</param>
    /// <param name="bias">Added to every row; null for none.</param>
    public static void MultiplyPacked(Matrix a, float* packed, Matrix c, int panel, float* bias = null, bool rectify = false)
    {
        Stretch whole = default;
        Contraction sum = Describe(&whole, a, c, a.Columns);
        sum.Floor = rectify ? 0 : float.NegativeInfinity;
        Tiles(sum, a, packed + (long)panel * a.Columns * PanelColumns, c, panel, bias == null ? null : bias + panel * PanelColumns);
    }

    /// <summary>As <see cref="MultiplyPacked"/>, packing the panel on the way, block by block. For a B that is used once.</summary>
    /// <param name="scratch"><see cref="ScratchLength"/> floats, aligned.</param>
    /// <param name="accumulate">Adds to what C holds.</param>
    public static void Multiply(
        Matrix a,
        Matrix b,
        Matrix c,
        int panel,
        float* scratch,
        float* bias = null,
        bool rectify = false,
        bool accumulate = false
    )
    {
        Stretch whole = default;
        int first = panel * PanelColumns;
        float* start =
            accumulate ? c.At(0, first)
            : bias == null ? null
            : bias + first;
        for (int row = 0; row < b.Rows; row += BlockRows)
        {
            int rows = Math.Min(BlockRows, b.Rows - row);
            PackRows(b, first, row, rows, scratch);
            Contraction sum = Describe(&whole, a, c, rows);
            bool continues = accumulate || row > 0;
            sum = continues ? sum.Continued : sum;
            sum.Floor = rectify && row + rows == b.Rows ? 0 : float.NegativeInfinity;
            Matrix block = a with { Address = (nint)a.At(0, row), Columns = rows };
            Tiles(sum, block, scratch, c, panel, continues ? c.At(0, first) : start);
        }
    }

    private static Contraction Describe(Stretch* whole, Matrix a, Matrix c, int depth) =>
        new()
        {
            Stretches = whole,
            StretchCount = 1,
            Depth = depth,
            ARow = a.RowStride,
            ADepth = a.ColumnStride,
            BDepth = PanelColumns,
            BColumn = V.Count,
            CRow = c.RowStride,
            CColumn = V.Count,
            StartColumn = V.Count,
        };

    private static void Tiles(in Contraction sum, Matrix a, float* b, Matrix c, int panel, float* start)
    {
        int column = panel * PanelColumns;
        int columns = Math.Min(PanelColumns, c.Columns - column);
        Split tiles = Split.AtMost(a.Rows, V.TileRows);
        for (int tile = 0; tile < tiles.Parts; tile++)
        {
            int row = tiles.Start(tile);
            MicroKernel<V>.MultiplyEdge(
                sum,
                tiles.Size(tile),
                columns,
                a.At(row, 0),
                b,
                c.At(row, column),
                start == null ? null : start + row * sum.StartRow
            );
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackRows(Matrix b, int column, int row, int rows, float* packed)
    {
        int columns = Math.Min(PanelColumns, b.Columns - column);
        float* source = b.At(row, column);
        if (b.ColumnStride == 1 && columns == PanelColumns)
        {
            for (int i = 0; i < rows; i++, source += b.RowStride, packed += PanelColumns)
            {
                V.Load(source).Store(packed);
                V.Load(source + V.Count).Store(packed + V.Count);
            }

            return;
        }

        new Span<float>(packed, rows * PanelColumns).Clear();
        for (int j = 0; j < columns; j++)
        {
            float* from = source + j * b.ColumnStride;
            float* to = packed + j;
            for (int i = 0; i < rows; i++, from += b.RowStride, to += PanelColumns)
            {
                *to = *from;
            }
        }
    }
}
