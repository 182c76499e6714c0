using Microsoft.ML.Cnn.Kernels.Convolution;
using Microsoft.ML.Cnn.Kernels.Convolution.Winograd;
using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Benchmarks.Kernels;

/// <summary>A kernel and the share of the peak that it must reach.</summary>
/// <param name="Name">What it does.</param>
/// <param name="Floor">The share, up to 1.</param>
/// <param name="Flop">Of a run: of the products that are computed, not of a convolution's definition.</param>
/// <param name="Run">Runs it.</param>
/// <param name="Memory">What it works on.</param>
internal sealed record GatedKernel(string Name, double Floor, double Flop, Action Run, KernelMemory Memory);

/// <summary>The forms in which plans take the micro-kernel, of one vector width, the tallest tile first: each on so little memory that it stays in a core's caches.</summary>
internal sealed class GatedKernels : IVectorFactory<IReadOnlyList<GatedKernel>>
{
    public IReadOnlyList<GatedKernel> Create<V>()
        where V : struct, IVector<V> => [.. new Forms<V>().All];

    private sealed unsafe class Forms<V>
        where V : struct, IVector<V>
    {
        private const int Depth = 256;
        private const int Repeats = 20;
        private const int Images = 12;

        /// <summary>A ninth of the 36 products of Winograd's algorithm stays in the second cache level.</summary>
        private const int Share = 9;

        /// <summary>Two units of up to five cycles: with fewer sums at once they wait for each other.</summary>
        private const double EnoughSums = 10;

        private static readonly ConvolutionGeometry c1 = Square(28, 5, 2, 28, 1, 6);
        private static readonly ConvolutionGeometry c3 = Square(14, 5, 0, 10, 6, 16);
        private static readonly ConvolutionGeometry direct = Square(12, 3, 1, 12, 64, 64);
        private static readonly ConvolutionGeometry winograd = Square(28, 3, 1, 28, 128, 128);

        private readonly KernelMemory memory = new();

        public IEnumerable<GatedKernel> All =>
            [
                Tile(V.TileRows),
                .. Enumerable.Range(1, V.TileRows - 1).Select(Tile),
                .. Enumerable.Range(1, V.TileRows).Select(NarrowTile),
                .. Enumerable.Range(1, V.TileRows).Select(LaneTile),
                Direct(direct),
                WinogradProducts(),
                WinogradGradientProducts(),
                Lanes(c1),
                Lanes(c3),
                LaneWinograd(),
                Panels(),
                Stream(),
                Dot(),
            ];

        private delegate void Multiplication(in Contraction sum, int rows, float* a, float* b, float* c, float* start);

        private GatedKernel Tile(int rows) => Tile($"{rows} rows", 0.85, rows, 2, MicroKernel<V>.Multiply, Depth, 1);

        private GatedKernel LaneTile(int rows) =>
            Tile($"{rows} rows, lane by lane", 0.85, rows, 2, MicroKernel<V>.MultiplyLanes, V.Count, V.Count);

        // Both vectors of B are loaded, and one is used: there are more loads than multiply-adds.
        private GatedKernel NarrowTile(int rows) => Tile($"{rows} rows, narrow", 0.6, rows, 1, MicroKernel<V>.MultiplyNarrow, Depth, 1);

        private GatedKernel Tile(string name, double floor, int rows, int vectors, Multiplication multiply, nint aRow, nint aDepth)
        {
            float* a = memory.Random(V.TileRows * Depth + Depth * V.Count);
            float* b = memory.Random(Depth * MicroKernel<V>.Width);
            float* c = memory.Random(V.TileRows * MicroKernel<V>.Width);
            return new(
                name,
                floor * Math.Min(1, rows * vectors / EnoughSums),
                2.0 * Repeats * Depth * rows * vectors * V.Count,
                Run,
                memory
            );

            void Run()
            {
                Stretch whole = default;
                Contraction sum = new()
                {
                    Stretches = &whole,
                    StretchCount = 1,
                    Depth = Depth,
                    ARow = aRow,
                    ADepth = aDepth,
                    BDepth = MicroKernel<V>.Width,
                    BColumn = V.Count,
                    CRow = MicroKernel<V>.Width,
                    CColumn = V.Count,
                };
                for (int repeat = 0; repeat < Repeats; repeat++)
                {
                    multiply(sum, rows, a, b, c, null);
                }
            }
        }

        private GatedKernel Direct(ConvolutionGeometry geometry)
        {
            Planes x = memory.Input(geometry, planes: 1, geometry.InputChannels);
            Planes y = memory.Output(geometry, planes: 1, geometry.OutputChannels);
            DirectForward<V> forward = new(geometry, x.RowPitch);
            float* packed = memory.Random(forward.PackedLength);
            return new("direct convolution", 0.85, FlopOf(geometry), Run, memory);

            void Run()
            {
                for (int band = 0; band < forward.Bands; band++)
                {
                    forward.Run(x, y, image: 0, band, packed, bias: null, rectify: true);
                }
            }
        }

        private GatedKernel WinogradProducts()
        {
            WinogradForward<V> forward = new(winograd);
            int tiles = forward.RecommendedTiles;
            float* workspace = memory.Random(forward.WorkspaceLength(tiles));
            float* filters = memory.Random(forward.FilterLength);
            return new(
                "Winograd's products, forward",
                0.85,
                ProductFlop(forward, tiles),
                () => forward.Multiply(new TileBlock(workspace, 0, tiles), filters, 0, forward.ProductPieces / Share),
                memory
            );
        }

        // Of the pieces that are computed.
        private static double ProductFlop(WinogradPass<V> pass, int tiles) =>
            2.0 * pass.PointPairs / Share * tiles * winograd.InputChannels * winograd.OutputChannels;

        private GatedKernel WinogradGradientProducts()
        {
            WinogradWeightGradient<V> gradient = new(winograd);
            int tiles = gradient.RecommendedTiles;
            float* workspace = memory.Random(gradient.WorkspaceLength(tiles));
            float* sums = memory.Random(gradient.SumsLength);
            // Sums over the 56 tiles of a block, and tiles of at most eight channels: storing them weighs.
            return new(
                "Winograd's products, gradient of filters",
                0.65,
                ProductFlop(gradient, tiles),
                () => gradient.Multiply(new TileBlock(workspace, 0, tiles), sums, 0, gradient.ProductPieces / Share, accumulate: false),
                memory
            );
        }

        private GatedKernel Lanes(ConvolutionGeometry geometry)
        {
            Planes x = memory.Input(geometry, geometry.InputChannels, V.Count);
            Planes y = memory.Output(geometry, geometry.OutputChannels, V.Count);
            LaneForward<V> forward = new(geometry, x);
            float* weights = memory.Random(geometry.WeightCount);
            // With one input channel 25 products a sum: storing it weighs.
            return new(
                $"images in lanes, {geometry.InputChannels} to {geometry.OutputChannels} channels",
                0.65,
                FlopOf(geometry) * V.Count,
                () => forward.Run(x, y, laneGroup: 0, weights, laneBias: null, rectify: true),
                memory
            );
        }

        private GatedKernel LaneWinograd()
        {
            LaneWinograd<V> sizes = new(c3);
            LaneWinogradForward<V> forward = new(sizes);
            float* inputs = memory.Random(sizes.Input.Length);
            Planes y = memory.Output(c3, c3.OutputChannels, V.Count);
            float* filters = memory.Random(sizes.FiltersLength);
            float* bias = memory.Random(c3.OutputChannels * V.Count);
            float* scratch = memory.Random(forward.ScratchLength);
            // Products of 30 a sum, and from them the outputs, which are additions.
            return new(
                "images in lanes, along rows of points",
                0.5,
                2.0 * V.Count * sizes.FiltersLength * sizes.Tiles * c3.Rows.Output,
                () => forward.Run(inputs, y, laneGroup: 0, filters, bias, rectify: true, scratch),
                memory
            );
        }

        private GatedKernel Panels()
        {
            const int Inputs = 256,
                Outputs = 256;
            Matrix x = memory.Matrix(Images, Inputs);
            Matrix y = memory.Matrix(Images, Outputs);
            float* packed = memory.Random(PanelGemm<V>.PackedLength(Inputs, Outputs));
            return new("dense panels", 0.85, 2.0 * Images * Inputs * Outputs, Run, memory);

            void Run()
            {
                for (int panel = 0; panel < PanelGemm<V>.Panels(Outputs); panel++)
                {
                    PanelGemm<V>.MultiplyPacked(x, packed, y, panel);
                }
            }
        }

        private GatedKernel Stream()
        {
            const int Inputs = 128,
                Outputs = 1024;
            Matrix x = memory.Matrix(Images, Inputs);
            Matrix w = memory.Matrix(Inputs, Outputs);
            Matrix y = memory.Matrix(Images, Outputs);
            float* scratch = memory.Random(StreamGemm<V>.ScratchLength(Images));
            // C is continued every 16 products: what counts where it is taken is how fast B comes from memory.
            return new("dense stream", 0.4, 2.0 * Images * Inputs * Outputs, () => StreamGemm<V>.Multiply(x, w, y, scratch), memory);
        }

        private GatedKernel Dot()
        {
            const int Inputs = 32,
                Outputs = 4096;
            Matrix dy = memory.Matrix(Images, Outputs);
            Matrix w = memory.Matrix(Inputs, Outputs);
            Matrix dx = memory.Matrix(Images, Inputs);
            float* scratch = memory.Random(DotGemm<V>.ScratchLength(Images, Outputs));
            return new("dense dot", 0.4, 2.0 * Images * Inputs * Outputs, () => DotGemm<V>.Multiply(dy, w, dx, scratch), memory);
        }

        private static ConvolutionGeometry Square(int input, int kernel, int padding, int output, int channels, int filters)
        {
            Extent side = new(input, kernel, Stride: 1, Dilation: 1, padding, padding, output);
            return new ConvolutionGeometry(new WindowGeometry(side, side), channels, filters, Groups: 1);
        }

        private static double FlopOf(ConvolutionGeometry geometry) =>
            2.0 * geometry.WeightCount * geometry.Rows.Output * geometry.Columns.Output;
    }
}
