using Microsoft.ML.Cnn.Kernels.Convolution;
using Microsoft.ML.Cnn.Kernels.Convolution.Winograd;
using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Benchmarks.Kernels;

/// <summary>The kernels of one vector width, ready to run on one thread.</summary>
internal interface IKernelRuns
{
    /// <summary>Runs a kernel by its name.</summary>
    Action this[string kernel] { get; }

    /// <summary>Floating-point operations of a run.</summary>
    double Flop(string kernel);
}

/// <summary>Creates the kernels of a width.</summary>
internal sealed class KernelRunsFactory : IVectorFactory<IKernelRuns>
{
    public IKernelRuns Create<V>()
        where V : struct, IVector<V> => new KernelRuns<V>();
}

/// <inheritdoc cref="IKernelRuns"/>
internal sealed unsafe class KernelRuns<V> : IKernelRuns
    where V : struct, IVector<V>
{
    private const int TileDepth = 256;
    private const int TileRepeats = 20;

    // Of AlexNet's first dense layer, at a batch that is trained.
    private const int Images = 16;
    private const int Inputs = 9_216;
    private const int Outputs = 4_096;

    private static readonly ConvolutionGeometry vgg = Square(56, 3, 1, 56, 64, 64);
    private static readonly ConvolutionGeometry vggFirst = Square(224, 3, 1, 224, 3, 64);
    private static readonly ConvolutionGeometry alexNet2 = Square(27, 5, 2, 27, 96, 256);
    private static readonly ConvolutionGeometry c1 = Square(28, 5, 2, 28, 1, 6);
    private static readonly ConvolutionGeometry c3 = Square(14, 5, 0, 10, 6, 16);

    private readonly List<AlignedBuffer> buffers = [];

    public Action this[string kernel] =>
        kernel switch
        {
            nameof(KernelBenchmarks.FmaPeak) => () => FmaPeak.Run(InstructionSet.Vector512),
            nameof(KernelBenchmarks.MicroKernel) => Tile(),
            nameof(KernelBenchmarks.Gemm1024) => Product(1024, 1024, 1024),
            nameof(KernelBenchmarks.Gemm512) => Product(512, 512, 512),
            nameof(KernelBenchmarks.DenseForward) => Stream(),
            nameof(KernelBenchmarks.DenseDataGradient) => Product(Inputs, Outputs, Images, transposeRight: true),
            nameof(KernelBenchmarks.DenseWeightGradient) => Product(Inputs, Images, Outputs, transposeLeft: true),
            nameof(KernelBenchmarks.Direct56x56x64) => Direct(vgg),
            nameof(KernelBenchmarks.Direct224x224x3) => Direct(vggFirst),
            nameof(KernelBenchmarks.Winograd56x56x64) => Winograd(vgg),
            nameof(KernelBenchmarks.WinogradWeights56x56x64) => WinogradWeights(vgg),
            nameof(KernelBenchmarks.Winograd27x27x96) => Winograd(alexNet2),
            nameof(KernelBenchmarks.LaneC1) => Lanes(c1),
            nameof(KernelBenchmarks.LaneC3) => Lanes(c3),
            _ => throw new ArgumentOutOfRangeException(nameof(kernel), kernel, "There is no such kernel."),
        };

    public double Flop(string kernel) =>
        kernel switch
        {
            nameof(KernelBenchmarks.FmaPeak) => FmaPeak.FlopOf(InstructionSet.Vector512),
            nameof(KernelBenchmarks.MicroKernel) => 2.0 * TileRepeats * TileDepth * V.TileRows * MicroKernel<V>.Width,
            nameof(KernelBenchmarks.Gemm1024) => 2.0 * 1024 * 1024 * 1024,
            nameof(KernelBenchmarks.Gemm512) => 2.0 * 512 * 512 * 512,
            nameof(KernelBenchmarks.DenseForward)
            or nameof(KernelBenchmarks.DenseDataGradient)
            or nameof(KernelBenchmarks.DenseWeightGradient) => 2.0 * Images * Inputs * Outputs,
            nameof(KernelBenchmarks.Direct56x56x64) => FlopOf(vgg),
            nameof(KernelBenchmarks.Direct224x224x3) => FlopOf(vggFirst),
            nameof(KernelBenchmarks.Winograd56x56x64) => FlopOf(vgg),
            nameof(KernelBenchmarks.WinogradWeights56x56x64) => FlopOf(vgg),
            nameof(KernelBenchmarks.Winograd27x27x96) => FlopOf(alexNet2),
            nameof(KernelBenchmarks.LaneC1) => FlopOf(c1) * V.Count,
            nameof(KernelBenchmarks.LaneC3) => FlopOf(c3) * V.Count,
            _ => throw new ArgumentOutOfRangeException(nameof(kernel), kernel, "There is no such kernel."),
        };

    private static ConvolutionGeometry Square(int input, int kernel, int padding, int output, int channels, int filters)
    {
        Extent side = new(input, kernel, Stride: 1, Dilation: 1, padding, padding, output);
        return new ConvolutionGeometry(new WindowGeometry(side, side), channels, filters, Groups: 1);
    }

    private static double FlopOf(ConvolutionGeometry geometry) =>
        2.0 * geometry.WeightCount * geometry.Rows.Output * geometry.Columns.Output;

    private Action Tile()
    {
        float* a = Random(V.TileRows * TileDepth);
        float* b = Random(TileDepth * MicroKernel<V>.Width);
        float* c = Random(V.TileRows * MicroKernel<V>.Width);
        return () =>
        {
            Stretch whole = default;
            Contraction sum = new()
            {
                Stretches = &whole,
                StretchCount = 1,
                Depth = TileDepth,
                ARow = TileDepth,
                ADepth = 1,
                BDepth = MicroKernel<V>.Width,
                BColumn = V.Count,
                CRow = MicroKernel<V>.Width,
                CColumn = V.Count,
            };
            for (int repeat = 0; repeat < TileRepeats; repeat++)
            {
                MicroKernel<V>.Multiply(sum, V.TileRows, a, b, c);
            }
        };
    }

    private Action Product(int m, int k, int n, bool transposeLeft = false, bool transposeRight = false)
    {
        Matrix a = transposeLeft ? Matrix(k, m).Transposed : Matrix(m, k);
        Matrix b = transposeRight ? Matrix(n, k).Transposed : Matrix(k, n);
        Matrix c = Matrix(m, n);
        float* scratch = Random(BlockGemm<V>.ScratchLength);
        return () => BlockGemm<V>.Multiply(a, b, c, scratch);
    }

    private Action Stream()
    {
        Matrix x = Matrix(Images, Inputs);
        Matrix w = Matrix(Inputs, Outputs);
        Matrix y = Matrix(Images, Outputs);
        float* scratch = Random(StreamGemm<V>.ScratchLength(Images));
        Split pieces = Split.AtMost(Outputs, StreamGemm<V>.PieceColumns);
        return () =>
        {
            for (int piece = 0; piece < pieces.Parts; piece++)
            {
                (int first, int count) = (pieces.Start(piece), pieces.Size(piece));
                StreamGemm<V>.Multiply(x, w.Part(0, first, Inputs, count), y.Part(0, first, Images, count), scratch);
            }
        };
    }

    private Matrix Matrix(int rows, int columns) => new(Random((long)rows * columns), rows, columns);

    private Action Direct(ConvolutionGeometry geometry)
    {
        Planes x = WithHalo(geometry, planes: 1, geometry.InputChannels);
        Planes y = Output(geometry, planes: 1, geometry.OutputChannels);
        DirectForward<V> forward = new(geometry, x.RowPitch);
        float* weights = Random(geometry.WeightCount);
        float* packed = Random(forward.PackedLength);
        for (int piece = 0; piece < forward.PackPieces; piece++)
        {
            forward.Pack(weights, packed, piece);
        }

        return () =>
        {
            for (int band = 0; band < forward.Bands; band++)
            {
                forward.Run(x, y, image: 0, band, packed, bias: null, rectify: true);
            }
        };
    }

    private Action Winograd(ConvolutionGeometry geometry)
    {
        Planes x = WithHalo(geometry, planes: 1, geometry.InputChannels);
        Planes y = Output(geometry, planes: 1, geometry.OutputChannels);
        WinogradForward<V> forward = new(geometry);
        float* weights = Random(geometry.WeightCount);
        float* filters = Random(forward.FilterLength);
        float* workspace = Random(forward.WorkspaceLength(forward.RecommendedTiles));
        for (int piece = 0; piece < forward.FilterPieces; piece++)
        {
            forward.TransformFilters(weights, filters, piece);
        }

        int tiles = forward.TilesOf(images: 1);
        return () =>
        {
            for (int tile = 0; tile < tiles; tile += forward.RecommendedTiles)
            {
                TileBlock block = new(workspace, tile, Math.Min(forward.RecommendedTiles, tiles - tile));
                forward.Run(x, y, block, filters, bias: null, rectify: true);
            }
        };
    }

    private Action WinogradWeights(ConvolutionGeometry geometry)
    {
        Planes x = WithHalo(geometry, planes: 1, geometry.InputChannels);
        Planes dy = Output(geometry, planes: 1, geometry.OutputChannels);
        WinogradWeightGradient<V> gradient = new(geometry);
        float* workspace = Random(gradient.WorkspaceLength(gradient.RecommendedTiles));
        float* sums = Random(gradient.SumsLength);
        float* dw = Random(geometry.WeightCount);
        int tiles = gradient.TilesOf(images: 1);
        return () =>
        {
            for (int tile = 0; tile < tiles; tile += gradient.RecommendedTiles)
            {
                TileBlock block = new(workspace, tile, Math.Min(gradient.RecommendedTiles, tiles - tile));
                gradient.Run(x, dy, block, sums, accumulate: tile > 0);
            }

            for (int piece = 0; piece < gradient.StorePieces; piece++)
            {
                gradient.Store(sums, dw, piece, accumulate: false);
            }
        };
    }

    private Action Lanes(ConvolutionGeometry geometry)
    {
        Planes x = WithHalo(geometry, geometry.InputChannels, V.Count);
        Planes y = Output(geometry, geometry.OutputChannels, V.Count);
        LaneForward<V> forward = new(geometry, x);
        float* weights = Random(geometry.WeightCount);
        return () => forward.Run(x, y, laneGroup: 0, weights, laneBias: null, rectify: true);
    }

    private Planes WithHalo(ConvolutionGeometry geometry, int planes, int pixelLength)
    {
        int padding = geometry.Rows.Before;
        int side = geometry.Rows.Input + 2 * padding;
        nint rowPitch = (nint)side * pixelLength;
        float* data = Random(planes * side * rowPitch);
        nint first = (nint)(data + padding * rowPitch + padding * pixelLength);
        return new Planes(first, planes, geometry.Rows.Input, geometry.Columns.Input, pixelLength, rowPitch, side * rowPitch);
    }

    private Planes Output(ConvolutionGeometry geometry, int planes, int pixelLength)
    {
        (int height, int width) = (geometry.Rows.Output, geometry.Columns.Output);
        return Planes.Dense(Random((long)planes * height * width * pixelLength), planes, height, width, pixelLength);
    }

    // Kept in a list: a buffer that nothing refers to frees itself.
    private float* Random(long length)
    {
        AlignedBuffer buffer = new(length);
        buffers.Add(buffer);
        Random random = new(1);
        foreach (ref float value in buffer.Span)
        {
            value = random.NextSingle() - 0.5f;
        }

        return buffer.Data;
    }
}
