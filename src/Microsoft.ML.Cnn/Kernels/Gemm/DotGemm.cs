using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Gemm;

/// <summary>
/// C = A · Bᵀ for few rows of A and a B that is larger than any cache: every element is the dot product of two rows, whose vectors are
/// multiplied lane by lane. The rows of B are read once, in the order in which they lie, two at a time. The bits of an element follow from its two
/// rows alone.
/// </summary>
internal static unsafe class DotGemm<V>
    where V : struct, IVector<V>
{
    /// <summary>The most rows of A for which this is faster than <see cref="BlockGemm{V}"/>, which copies B.</summary>
    public const int MostRows = 16;

    /// <summary>Rows of B that are multiplied side by side.</summary>
    private const int Pair = 2;

    /// <summary>Floats of scratch for a depth, which holds a copy of as many rows of A as a tile has.</summary>
    public static int ScratchLength(int depth) => V.TileRows * (Pitch(depth) + Pair * V.Count);

    /// <summary>Computes C, or a part of it if the matrices are parts.</summary>
    /// <param name="a">[m, k], its columns neighbours.</param>
    /// <param name="b">[n, k], its columns neighbours.</param>
    /// <param name="c">[m, n], of any strides.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats, aligned.</param>
    public static void Multiply(Matrix a, Matrix b, Matrix c, float* scratch)
    {
        float* sums = scratch + V.TileRows * Pitch(a.Columns);
        Split tiles = Split.AtMost(a.Rows, V.TileRows);
        for (int tile = 0; tile < tiles.Parts; tile++)
        {
            (int first, int rows) = (tiles.Start(tile), tiles.Size(tile));
            Matrix copy = new((nint)scratch, rows, a.Columns, Pitch(a.Columns), 1);
            MatrixCopy<V>.Run(a.Part(first, 0, rows, a.Columns), copy);
            MultiplyTile(copy, b, c.Part(first, 0, rows, c.Columns), sums);
        }
    }

    private static void MultiplyTile(Matrix a, Matrix b, Matrix c, float* sums)
    {
        Stretch whole = default;
        Contraction sum = new()
        {
            Stretches = &whole,
            StretchCount = 1,
            Depth = a.Columns / V.Count,
            ARow = a.RowStride,
            ADepth = V.Count,
            BDepth = V.Count,
            BColumn = b.RowStride,
            CRow = Pair * V.Count,
            CColumn = V.Count,
        };
        for (int column = 0; column < c.Columns; column += Pair)
        {
            int columns = Math.Min(Pair, c.Columns - column);

            // The last row of an odd number is multiplied twice.
            sum.BColumn = columns == Pair ? b.RowStride : 0;
            MicroKernel<V>.MultiplyLanes(sum, a.Rows, a.Data, b.At(column, 0), sums);
            for (int row = 0; row < c.Rows; row++)
            {
                for (int j = 0; j < columns; j++)
                {
                    float lanes = V.Sum(V.Load(sums + (row * Pair + j) * V.Count));
                    *c.At(row, column + j) = AddRest(lanes, a.At(row, 0), b.At(column + j, 0), sum.Depth * V.Count, a.Columns);
                }
            }
        }
    }

    /// <summary>The products of what fills no vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float AddRest(float sum, float* a, float* b, int from, int to)
    {
        for (int k = from; k < to; k++)
        {
            sum = MathF.FusedMultiplyAdd(a[k], b[k], sum);
        }

        return sum;
    }

    /// <summary>A line more than a row, so that rows a power of two long do not meet in one cache set.</summary>
    private static int Pitch(int depth) => (int)AlignedBuffer.RoundUp(depth) + AlignedBuffer.Line;
}
