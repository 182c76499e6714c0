using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Gemm;

/// <summary>
/// The register-blocked kernel under every matrix product and every convolution. The contract: a, b, c and the strides of the
/// <see cref="Contraction"/> reach valid memory for all rows and both vectors; every element of the tile is one sum in the order of the
/// stretches, fused multiply-adds in the order of the depth, so its bits do not depend on the tile it was computed in.
/// </summary>
internal static unsafe class MicroKernel<V>
    where V : struct, IVector<V>
{
    // The buffer is kept as well as its address: one that nothing refers to frees itself.
    private static readonly AlignedBuffer zeroBuffer = new(2 * AlignedBuffer.Line);
    private static readonly float* zeros = zeroBuffer.Data;

    /// <summary>Kernels by height; the first is unused.</summary>
    private static readonly nint[] products = Kernels<TileRow<V>, BroadcastLeft<V>>();
    private static readonly nint[] narrowProducts = Kernels<NarrowTileRow<V>, BroadcastLeft<V>>();
    private static readonly nint[] laneProducts = Kernels<TileRow<V>, LaneLeft<V>>();

    /// <summary>Columns of a tile: two vectors.</summary>
    public static int Width
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2 * V.Count;
    }

    /// <summary>Computes one tile of at most <see cref="IVector{T}.TileRows"/> rows and exactly two vectors.</summary>
    /// <param name="start">What the sum starts from; null for zero.</param>
    public static void Multiply(in Contraction sum, int rows, float* a, float* b, float* c, float* start = null)
    {
        Debug.Assert(rows > 0 && rows <= V.TileRows);
        ((delegate* <in Contraction, float*, float*, float*, float*, void>)products[rows])(sum, a, b, c, start);
    }

    /// <summary>As <see cref="Multiply"/> for a tile of one vector: the second is only read, of B.</summary>
    public static void MultiplyNarrow(in Contraction sum, int rows, float* a, float* b, float* c, float* start = null)
    {
        Debug.Assert(rows > 0 && rows <= V.TileRows);
        ((delegate* <in Contraction, float*, float*, float*, float*, void>)narrowProducts[rows])(sum, a, b, c, start);
    }

    /// <summary>As <see cref="Multiply"/>, but A holds vectors: lane i of C sums the products of lanes i.</summary>
    public static void MultiplyLanes(in Contraction sum, int rows, float* a, float* b, float* c, float* start = null)
    {
        Debug.Assert(rows > 0 && rows <= V.TileRows);
        ((delegate* <in Contraction, float*, float*, float*, float*, void>)laneProducts[rows])(sum, a, b, c, start);
    }

    /// <summary>
    /// As <see cref="Multiply"/> for a tile that is only <paramref name="columns"/> floats wide, with neighbouring columns: beyond them
    /// nothing is written to C, nor read from <paramref name="start"/>. B is read for all columns.
    /// </summary>
    [SkipLocalsInit]
    public static void MultiplyEdge(in Contraction sum, int rows, int columns, float* a, float* b, float* c, float* start = null)
    {
        if (columns == Width)
        {
            Multiply(sum, rows, a, b, c, start);
            return;
        }

        if (columns == V.Count)
        {
            MultiplyNarrow(sum, rows, a, b, c, start);
            return;
        }

        Debug.Assert(sum.CColumn == V.Count && (start == null || sum.StartColumn == V.Count));
        float* room = stackalloc float[2 * V.TileRows * Width + AlignedBuffer.Line];
        float* tile = AlignedBuffer.Align(room);
        float* from = start == null ? null : tile + V.TileRows * Width;

        // Often one row for all: a bias.
        nint startRow = sum.StartRow == 0 ? 0 : Width;
        for (int row = 0; from != null && row < (startRow == 0 ? 1 : rows); row++)
        {
            Copy(start + row * sum.StartRow, from + row * Width, columns);
        }

        Contraction inner = sum with { CRow = Width, CColumn = V.Count, StartRow = startRow, StartColumn = V.Count };
        if (columns < V.Count)
        {
            MultiplyNarrow(inner, rows, a, b, tile, from);
        }
        else
        {
            Multiply(inner, rows, a, b, tile, from);
        }

        for (int row = 0; row < rows; row++)
        {
            Copy(tile + row * Width, c + row * sum.CRow, columns);
        }
    }

    /// <summary>A few floats, four by four; the last four may overlap with those before them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(float* source, float* target, int count)
    {
        if (count < 4)
        {
            for (int i = 0; i < count; i++)
            {
                target[i] = source[i];
            }

            return;
        }

        for (int i = 0; i < count - 4; i += 4)
        {
            Vector128.Load(source + i).Store(target + i);
        }

        Vector128.Load(source + count - 4).Store(target + count - 4);
    }

    // AggressiveOptimization: compiled once and fully, without a slow first tier in the middle of a long loop.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<TTile, TLeft>(in Contraction sum, float* a, float* b, float* c, float* start)
        where TTile : struct, ITile<V>
        where TLeft : struct, ILeft<V>
    {
        TTile tile = default;
        nint aRow = sum.ARow,
            aDepth = sum.ADepth,
            bDepth = sum.BDepth,
            bColumn = sum.BColumn;
        Stretch* end = sum.Stretches + sum.StretchCount;
        for (Stretch* stretch = sum.Stretches; stretch < end; stretch++)
        {
            float* left = a + stretch->A;
            float* right = b + stretch->B;
            for (int k = sum.Depth; k > 0; k--)
            {
                tile.MultiplyAdd<TLeft>(left, aRow, V.Load(right), V.Load(right + bColumn));
                left += aDepth;
                right += bDepth;
            }
        }

        // Start is read here, not before the products: its cache misses overlap with the last of them.
        nint startRow = sum.StartRow,
            startColumn = sum.StartColumn;
        if (start == null)
        {
            start = zeros;
            startRow = startColumn = 0;
        }

        tile.Store(c, sum.CRow, sum.CColumn, start, startRow, startColumn, V.Broadcast(sum.Floor));
    }

    private static nint[] Kernels<TRow, TLeft>()
        where TRow : struct, ITile<V>
        where TLeft : struct, ILeft<V> => Kernels<TRow, TileStack<V, TRow, TRow>, TLeft>();

    private static nint[] Kernels<R1, R2, TLeft>()
        where R1 : struct, ITile<V>
        where R2 : struct, ITile<V>
        where TLeft : struct, ILeft<V> => Kernels<R1, R2, TileStack<V, R2, R1>, TileStack<V, R2, R2>, TLeft>();

    private static nint[] Kernels<R1, R2, R3, R4, TLeft>()
        where R1 : struct, ITile<V>
        where R2 : struct, ITile<V>
        where R3 : struct, ITile<V>
        where R4 : struct, ITile<V>
        where TLeft : struct, ILeft<V> => Kernels<R1, R2, R3, R4, TileStack<V, R4, R4>, TLeft>();

    private static nint[] Kernels<R1, R2, R3, R4, R8, TLeft>()
        where R1 : struct, ITile<V>
        where R2 : struct, ITile<V>
        where R3 : struct, ITile<V>
        where R4 : struct, ITile<V>
        where R8 : struct, ITile<V>
        where TLeft : struct, ILeft<V> =>
        [
            0,
            Address<R1, TLeft>(),
            Address<R2, TLeft>(),
            Address<R3, TLeft>(),
            Address<R4, TLeft>(),
            Address<TileStack<V, R4, R1>, TLeft>(),
            Address<TileStack<V, R4, R2>, TLeft>(),
            Address<TileStack<V, R4, R3>, TLeft>(),
            Address<R8, TLeft>(),
            Address<TileStack<V, R8, R1>, TLeft>(),
            Address<TileStack<V, R8, R2>, TLeft>(),
            Address<TileStack<V, R8, R3>, TLeft>(),
            Address<TileStack<V, R8, R4>, TLeft>(),
            Address<TileStack<V, R8, TileStack<V, R4, R1>>, TLeft>(),
            Address<TileStack<V, R8, TileStack<V, R4, R2>>, TLeft>(),
        ];

    private static nint Address<TTile, TLeft>()
        where TTile : struct, ITile<V>
        where TLeft : struct, ILeft<V> => (nint)(delegate* <in Contraction, float*, float*, float*, float*, void>)&Multiply<TTile, TLeft>;
}
