using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Gemm;

/// <summary>
/// C = A · Bᵀ for few rows of A and a B that is larger than any cache: every element is the dot product of two rows, whose vectors are
/// multiplied lane by lane. The rows of B are read once, in runs, two at a time, against a run of A that stays in the first cache level. The
/// bits of an element follow from its two rows alone.
/// </summary>
internal static unsafe class DotGemm<V>
    where V : struct, IVector<V>
{
    /// <summary>The most rows of A for which this is faster than <see cref="BlockGemm{V}"/>, which copies B.</summary>
    public const int MostRows = 16;

    /// <summary>Rows of B that are multiplied side by side.</summary>
    private const int Pair = 2;

    /// <summary>Rows of B whose sums are continued from one run to the next.</summary>
    private const int BlockRows = 64;

    /// <summary>Floats of a run: 2 KB.</summary>
    private const int Run = 512;

    /// <summary>Floats of scratch for so many rows of A and a depth.</summary>
    public static int ScratchLength(int rows, int depth) => rows * (Pitch(depth) + BlockRows * V.Count);

    /// <summary>Computes C, or a part of it if the matrices are parts.</summary>
    /// <param name="a">[m, k], its columns neighbours.</param>
    /// <param name="b">[n, k], its columns neighbours.</param>
    /// <param name="c">[m, n], of any strides.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats, aligned.</param>
    public static void Multiply(Matrix a, Matrix b, Matrix c, float* scratch)
    {
        Matrix copy = new((nint)scratch, a.Rows, a.Columns, Pitch(a.Columns), 1);
        MatrixCopy<V>.Run(a, copy);
        float* sums = scratch + a.Rows * Pitch(a.Columns);
        for (int row = 0; row < b.Rows; row += BlockRows)
        {
            int rows = Math.Min(BlockRows, b.Rows - row);
            Matrix block = b.Part(row, 0, rows, b.Columns);
            Accumulate(copy, block, sums);
            Store(copy, block, c.Part(0, row, c.Rows, rows), sums);
        }
    }

    /// <summary>The sums of each lane, [pair of rows of B][row of A][two vectors].</summary>
    private static void Accumulate(Matrix a, Matrix b, float* sums)
    {
        Stretch whole = default;
        Contraction sum = new()
        {
            Stretches = &whole,
            StretchCount = 1,
            ARow = a.RowStride,
            ADepth = V.Count,
            BDepth = V.Count,
            CRow = Pair * V.Count,
            CColumn = V.Count,
            StartRow = Pair * V.Count,
            StartColumn = V.Count,
        };
        Split tiles = Split.AtMost(a.Rows, V.TileRows);
        int vectors = a.Columns / V.Count;
        for (int k = 0; k == 0 || k < vectors; k += Run / V.Count)
        {
            sum.Depth = Math.Min(Run / V.Count, vectors - k);
            for (int tile = 0; tile < tiles.Parts; tile++)
            {
                int row = tiles.Start(tile);
                for (int pair = 0; pair < b.Rows; pair += Pair)
                {
                    new Lookahead<V>(
                        b.At(pair + Pair, k * V.Count),
                        b.RowStride,
                        Math.Min(Pair, b.Rows - pair - Pair),
                        sum.Depth * V.Count
                    ).Fetch(0, 1);
                    // The last row of an odd number is multiplied twice.
                    sum.BColumn = pair + 1 < b.Rows ? b.RowStride : 0;
                    float* c = sums + (pair * a.Rows + Pair * row) * V.Count;
                    MicroKernel<V>.MultiplyLanes(
                        sum,
                        tiles.Size(tile),
                        a.At(row, k * V.Count),
                        b.At(pair, k * V.Count),
                        c,
                        k > 0 ? c : null
                    );
                }
            }
        }
    }

    /// <summary>Adds up the lanes, and the products of what fills no vector.</summary>
    private static void Store(Matrix a, Matrix b, Matrix c, float* sums)
    {
        int whole = a.Columns - a.Columns % V.Count;
        for (int column = 0; column < c.Columns; column++)
        {
            float* lanes = sums + (column / Pair * Pair * a.Rows + column % Pair) * V.Count;
            for (int row = 0; row < c.Rows; row++)
            {
                float sum = V.Sum(V.Load(lanes + row * Pair * V.Count));
                for (int k = whole; k < a.Columns; k++)
                {
                    sum = MathF.FusedMultiplyAdd(*a.At(row, k), *b.At(column, k), sum);
                }

                *c.At(row, column) = sum;
            }
        }
    }

    /// <summary>A line more than a row, so that rows a power of two long do not meet in one cache set.</summary>
    private static int Pitch(int depth) => (int)AlignedBuffer.RoundUp(depth) + AlignedBuffer.Line;
}
