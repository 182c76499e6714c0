using Microsoft.ML.Cnn.Kernels.Convolution.Winograd;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;
using Microsoft.ML.Cnn.Tests.Kernels.Reference;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Kernels;

/// <summary>
/// The passes of a known convolution by Winograd's algorithms at a width, with guards around all that they write: block by block in one
/// workspace, or the parts of a single block in pieces.
/// </summary>
internal static unsafe class WinogradRuns<V>
    where V : struct, IVector<V>
{
    /// <summary>Tiles of a block: neither a multiple of the micro-kernel's rows nor of the tiles of most images.</summary>
    private const int BlockTiles = 5;

    public static Batch Forward(KnownConvolution known, bool rectify = false, bool inPieces = false)
    {
        using PlanesBuffer x = PlanesBuffer.WithZeros(known.X, Layout.Channels, V.Count, known.Geometry.Window.Halo);
        using PlanesBuffer y = new(Layout.Channels, V.Count, known.Y.Images, known.Y.Shape, new Halo(1, 2, 1, 0));
        Run(new WinogradForward<V>(known.Geometry), known, x, y, known.Bias, rectify, inPieces);
        return y.Read();
    }

    public static Batch DataGradient(KnownConvolution known)
    {
        using PlanesBuffer dy = PlanesBuffer.WithZeros(known.Dy, Layout.Channels, V.Count, known.Geometry.GradientHalo);
        using PlanesBuffer dx = new(Layout.Channels, V.Count, known.X.Images, known.X.Shape, new Halo(1, 2, 1, 0));
        Run(new WinogradForward<V>(known.Geometry, transposed: true), known, dy, dx, bias: null, rectify: false, inPieces: false);
        return dx.Read();
    }

    /// <param name="known">The convolution.</param>
    /// <param name="times">How often the gradient is added to the first.</param>
    public static double[] WeightGradient(KnownConvolution known, int times = 0)
    {
        using PlanesBuffer x = PlanesBuffer.WithZeros(known.X, Layout.Channels, V.Count, known.Geometry.Window.Halo);
        using PlanesBuffer dy = PlanesBuffer.Of(known.Dy, Layout.Channels, V.Count, new Halo(1, 2, 1, 0));
        WinogradWeightGradient<V> kernel = new(known.Geometry);
        using GuardedFloats workspace = new(kernel.WorkspaceLength(BlockTiles));
        using GuardedFloats sums = new(kernel.SumsLength);
        using GuardedFloats dw = new(known.Dw.Length);
        foreach (TileBlock block in Blocks(workspace, kernel.TilesOf(known.X.Images)))
        {
            kernel.Run(x.Planes, dy.Planes, block, sums.Data, accumulate: block.First > 0);
        }

        for (int time = 0; time <= times; time++)
        for (int piece = 0; piece < kernel.StorePieces; piece++)
        {
            kernel.Store(sums.Data, dw.Data, piece, accumulate: time > 0);
        }

        workspace.AssertGuards();
        sums.AssertGuards();
        dw.AssertGuards();
        return dw.Read();
    }

    /// <summary>The sums of a single block.</summary>
    public static double[] Sums(KnownConvolution known, bool inPieces)
    {
        using PlanesBuffer x = PlanesBuffer.WithZeros(known.X, Layout.Channels, V.Count, known.Geometry.Window.Halo);
        using PlanesBuffer dy = PlanesBuffer.Of(known.Dy, Layout.Channels, V.Count, new Halo(1, 2, 1, 0));
        WinogradWeightGradient<V> kernel = new(known.Geometry);
        int tiles = kernel.TilesOf(known.X.Images);
        using GuardedFloats workspace = new(kernel.WorkspaceLength(tiles));
        using GuardedFloats sums = new(kernel.SumsLength);
        TileBlock block = new(workspace.Data, 0, tiles);
        if (!inPieces)
        {
            kernel.Run(x.Planes, dy.Planes, block, sums.Data, accumulate: false);
            return sums.Read();
        }

        foreach ((int first, int end) in Parts(tiles))
        {
            kernel.Load(x.Planes, dy.Planes, block, first, end - first);
        }

        foreach ((int first, int end) in Parts(kernel.ProductPieces))
        {
            kernel.Multiply(block, sums.Data, first, end, accumulate: false);
        }

        return sums.Read();
    }

    private static void Run(
        WinogradForward<V> kernel,
        KnownConvolution known,
        PlanesBuffer x,
        PlanesBuffer y,
        double[]? bias,
        bool rectify,
        bool inPieces
    )
    {
        using GuardedFloats weights = GuardedFloats.Of(known.Weights);
        using GuardedFloats filters = new(kernel.FilterLength);
        using GuardedFloats start = GuardedFloats.Of(bias ?? []);
        float* biasData = bias == null ? null : start.Data;
        for (int piece = 0; piece < kernel.FilterPieces; piece++)
        {
            kernel.TransformFilters(weights.Data, filters.Data, piece);
        }

        int tiles = kernel.TilesOf(x.Planes.Count);
        using GuardedFloats workspace = new(kernel.WorkspaceLength(inPieces ? tiles : BlockTiles));
        if (inPieces)
        {
            RunPieces(kernel, x, y, new TileBlock(workspace.Data, 0, tiles), filters, biasData, rectify);
        }
        else
        {
            foreach (TileBlock block in Blocks(workspace, tiles))
            {
                kernel.Run(x.Planes, y.Planes, block, filters.Data, biasData, rectify);
            }
        }

        filters.AssertGuards();
        workspace.AssertGuards();
        y.AssertGuards();
    }

    private static void RunPieces(
        WinogradForward<V> kernel,
        PlanesBuffer x,
        PlanesBuffer y,
        TileBlock block,
        GuardedFloats filters,
        float* bias,
        bool rectify
    )
    {
        foreach ((int first, int end) in Parts(block.Count))
        {
            kernel.Load(x.Planes, block, first, end - first);
        }

        foreach ((int first, int end) in Parts(kernel.ProductPieces))
        {
            kernel.Multiply(block, filters.Data, first, end);
        }

        foreach ((int first, int end) in Parts(block.Count))
        {
            kernel.Store(block, y.Planes, first, end - first, bias, rectify);
        }
    }

    private static TileBlock[] Blocks(GuardedFloats workspace, int tiles)
    {
        TileBlock[] blocks = new TileBlock[(tiles + BlockTiles - 1) / BlockTiles];
        for (int i = 0; i < blocks.Length; i++)
        {
            blocks[i] = new TileBlock(workspace.Data, i * BlockTiles, Math.Min(BlockTiles, tiles - i * BlockTiles));
        }

        return blocks;
    }

    /// <summary>Three parts, the last one first.</summary>
    private static IEnumerable<(int First, int End)> Parts(int pieces)
    {
        Split split = new(pieces, 3);
        return Enumerable.Range(0, 3).Reverse().Select(part => (split.Start(part), split.Start(part + 1)));
    }
}
