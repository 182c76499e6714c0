using Microsoft.ML.Cnn.Kernels.Convolution.Winograd;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tensors;
using Microsoft.ML.Cnn.Tests.Kernels.Reference;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Kernels;

/// <summary>Winograd's algorithms against the definition, with guards around all that they write.</summary>
public class WinogradTests
{
    private const int Images = 3;
    private const double Tolerance = 1e-4;

    /// <summary>Tiles of a block: neither a multiple of the micro-kernel's rows nor of the tiles of an image.</summary>
    private const int BlockTiles = 5;

    private static readonly (Shape Input, Conv2D Layer)[] Cases =
    [
        (new(9, 11, 17), new(33, 3, padding: 1)),
        (new(3, 2, 3), new(5, 3, padding: 1)), // a map smaller than a tile
        (new(1, 1, 2), new(3, 3, padding: 1)),
        (new(8, 10, 16), new(16, 3)),
        (new(7, 6, 6), new(9, 3, groups: 3, padding: 1)),
        (new(6, 9, 5), new(4, 3, padding: new(2, 1, 0, 3))),
        (new(3, 4, 2), new(3, 3, padding: new(4, 3))), // windows that see nothing but padding
        (new(4, 5, 150), new(20, 3, padding: 1)), // more channels than are summed at a time
        (new(2, 45, 2), new(3, 3, padding: 1)), // rows of more tiles than a run
        (new(7, 9, 18), new(33, 5, padding: 2)),
        (new(5, 5, 3), new(2, 5)),
        (new(2, 3, 4), new(6, 5, groups: 2, padding: 2)),
        (new(6, 5, 3), new(7, 5, padding: new(0, 3, 5, 1))),
    ];

    [Fact]
    public void Outputs_are_those_of_the_definition() => EachWidth(new ForwardCheck());

    [Fact]
    public void Gradients_of_the_input_are_those_of_the_definition() => EachWidth(new DataGradientCheck());

    [Fact]
    public void Gradients_of_filters_are_those_of_the_definition() => EachWidth(new WeightGradientCheck());

    [Fact]
    public void However_outputs_are_cut_into_pieces_their_bits_are_the_same() => EachWidth(new ForwardPiecesCheck());

    [Fact]
    public void However_gradients_of_filters_are_cut_into_pieces_their_bits_are_the_same() => EachWidth(new WeightGradientPiecesCheck());

    private static void EachWidth(IConvolutionCheck check)
    {
        foreach ((Shape input, Conv2D layer) in Cases)
        {
            KnownConvolution known = new(input, layer, Images);
            check.Run<F32x16>(known);
            check.Run<F32x8>(known);
            check.Run<F32x4>(known);
            check.Run<F32x1>(known);
        }
    }

    private static unsafe GuardedFloats TransformedFilters<V>(WinogradForward<V> kernel, double[] weights)
        where V : struct, IVector<V>
    {
        using GuardedFloats source = GuardedFloats.Of(weights);
        GuardedFloats filters = new(kernel.FilterLength);
        for (int piece = 0; piece < kernel.FilterPieces; piece++)
        {
            kernel.TransformFilters(source.Data, filters.Data, piece);
        }

        filters.AssertGuards();
        return filters;
    }

    /// <summary>Block by block, all in the same workspace.</summary>
    private static unsafe void RunBlocks<V>(
        WinogradForward<V> kernel,
        PlanesBuffer x,
        PlanesBuffer y,
        GuardedFloats filters,
        float* bias,
        bool rectify
    )
        where V : struct, IVector<V>
    {
        using GuardedFloats workspace = new(kernel.WorkspaceLength(BlockTiles));
        int tiles = kernel.TilesOf(Images);
        for (int tile = 0; tile < tiles; tile += BlockTiles)
        {
            TileBlock block = new(workspace.Data, tile, Math.Min(BlockTiles, tiles - tile));
            kernel.Run(x.Planes, y.Planes, block, filters.Data, bias, rectify);
        }

        workspace.AssertGuards();
        y.AssertGuards();
    }

    private sealed unsafe class ForwardCheck : IConvolutionCheck
    {
        public void Run<V>(KnownConvolution known)
            where V : struct, IVector<V>
        {
            using PlanesBuffer x = PlanesBuffer.WithZeros(known.X, Layout.Channels, V.Count, known.Geometry.Window.Halo);
            using PlanesBuffer y = new(Layout.Channels, V.Count, Images, known.Y.Shape, new Halo(1, 2, 1, 0));
            using GuardedFloats bias = GuardedFloats.Of(known.Bias);
            WinogradForward<V> kernel = new(known.Geometry);
            using GuardedFloats filters = TransformedFilters(kernel, known.Weights);
            RunBlocks(kernel, x, y, filters, bias.Data, rectify: false);
            Approximately.Equal(known.Y, y.Read(), Tolerance, (typeof(V).Name, known.Name));
            RunBlocks(kernel, x, y, filters, bias.Data, rectify: true);
            Approximately.Equal(known.Rectified, y.Read(), Tolerance, (typeof(V).Name, known.Name, "rectified"));
        }
    }

    private sealed unsafe class DataGradientCheck : IConvolutionCheck
    {
        public void Run<V>(KnownConvolution known)
            where V : struct, IVector<V>
        {
            using PlanesBuffer dy = PlanesBuffer.WithZeros(known.Dy, Layout.Channels, V.Count, known.Geometry.GradientHalo);
            using PlanesBuffer dx = new(Layout.Channels, V.Count, Images, known.X.Shape, new Halo(1, 2, 1, 0));
            WinogradForward<V> kernel = new(known.Geometry, transposed: true);
            using GuardedFloats filters = TransformedFilters(kernel, known.Weights);
            RunBlocks(kernel, dy, dx, filters, bias: null, rectify: false);
            Approximately.Equal(known.Dx, dx.Read(), Tolerance, (typeof(V).Name, known.Name));
        }
    }

    private sealed unsafe class WeightGradientCheck : IConvolutionCheck
    {
        public void Run<V>(KnownConvolution known)
            where V : struct, IVector<V>
        {
            using PlanesBuffer x = PlanesBuffer.WithZeros(known.X, Layout.Channels, V.Count, known.Geometry.Window.Halo);
            using PlanesBuffer dy = PlanesBuffer.Of(known.Dy, Layout.Channels, V.Count, new Halo(1, 2, 1, 0));
            WinogradWeightGradient<V> kernel = new(known.Geometry);
            using GuardedFloats workspace = new(kernel.WorkspaceLength(BlockTiles));
            using GuardedFloats sums = new(kernel.SumsLength);
            using GuardedFloats dw = new(known.Dw.Length);
            int tiles = kernel.TilesOf(Images);
            for (int tile = 0; tile < tiles; tile += BlockTiles)
            {
                TileBlock block = new(workspace.Data, tile, Math.Min(BlockTiles, tiles - tile));
                kernel.Run(x.Planes, dy.Planes, block, sums.Data, accumulate: tile > 0);
            }

            StoreAll(kernel, sums, dw, accumulate: false);
            Approximately.Equal(known.Dw, dw.Read(), Tolerance, (typeof(V).Name, known.Name));
            StoreAll(kernel, sums, dw, accumulate: true);
            double[] twice = Array.ConvertAll(known.Dw, value => 2 * value);
            Approximately.Equal(twice, dw.Read(), Tolerance, (typeof(V).Name, known.Name, "accumulated"));
            workspace.AssertGuards();
            sums.AssertGuards();
            dw.AssertGuards();
        }

        private static void StoreAll<V>(WinogradWeightGradient<V> kernel, GuardedFloats sums, GuardedFloats dw, bool accumulate)
            where V : struct, IVector<V>
        {
            for (int piece = 0; piece < kernel.StorePieces; piece++)
            {
                kernel.Store(sums.Data, dw.Data, piece, accumulate);
            }
        }
    }

    private sealed unsafe class ForwardPiecesCheck : IConvolutionCheck
    {
        public void Run<V>(KnownConvolution known)
            where V : struct, IVector<V>
        {
            using PlanesBuffer x = PlanesBuffer.WithZeros(known.X, Layout.Channels, V.Count, known.Geometry.Window.Halo);
            using PlanesBuffer y = new(Layout.Channels, V.Count, Images, known.Y.Shape);
            WinogradForward<V> kernel = new(known.Geometry);
            using GuardedFloats filters = TransformedFilters(kernel, known.Weights);
            RunBlocks(kernel, x, y, filters, bias: null, rectify: false);
            double[] expected = y.Read().Values;

            int tiles = kernel.TilesOf(Images);
            using GuardedFloats workspace = new(kernel.WorkspaceLength(tiles));
            TileBlock whole = new(workspace.Data, 0, tiles);
            using PlanesBuffer other = new(Layout.Channels, V.Count, Images, known.Y.Shape);
            foreach ((int first, int end) in Parts(tiles))
            {
                kernel.Load(x.Planes, whole, first, end - first);
            }

            foreach ((int first, int end) in Parts(kernel.ProductPieces))
            {
                kernel.Multiply(whole, filters.Data, first, end);
            }

            foreach ((int first, int end) in Parts(tiles))
            {
                kernel.Store(whole, other.Planes, first, end - first, bias: null, rectify: false);
            }

            Assert.Equal(expected, other.Read().Values);
            workspace.AssertGuards();
        }
    }

    private sealed unsafe class WeightGradientPiecesCheck : IConvolutionCheck
    {
        public void Run<V>(KnownConvolution known)
            where V : struct, IVector<V>
        {
            using PlanesBuffer x = PlanesBuffer.WithZeros(known.X, Layout.Channels, V.Count, known.Geometry.Window.Halo);
            using PlanesBuffer dy = PlanesBuffer.Of(known.Dy, Layout.Channels, V.Count);
            WinogradWeightGradient<V> kernel = new(known.Geometry);
            int tiles = kernel.TilesOf(Images);
            using GuardedFloats workspace = new(kernel.WorkspaceLength(tiles));
            TileBlock whole = new(workspace.Data, 0, tiles);
            using GuardedFloats expected = new(kernel.SumsLength);
            kernel.Run(x.Planes, dy.Planes, whole, expected.Data, accumulate: false);

            using GuardedFloats sums = new(kernel.SumsLength);
            foreach ((int first, int end) in Parts(tiles))
            {
                kernel.Load(x.Planes, dy.Planes, whole, first, end - first);
            }

            foreach ((int first, int end) in Parts(kernel.ProductPieces))
            {
                kernel.Multiply(whole, sums.Data, first, end, accumulate: false);
            }

            Assert.Equal(expected.Read(), sums.Read());
        }
    }

    /// <summary>Three parts, of which none is empty where there are as many pieces, the last one first.</summary>
    private static IEnumerable<(int First, int End)> Parts(int pieces)
    {
        Split split = new(pieces, 3);
        return Enumerable.Range(0, 3).Reverse().Select(part => (split.Start(part), split.Start(part + 1)));
    }
}
