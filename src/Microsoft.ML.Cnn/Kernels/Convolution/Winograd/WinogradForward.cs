using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>
/// y = x * w + bias at stride one, for 3×3 and 5×5 filters, with channels in the lanes:
/// <code>y = Aᵀ [ (G g Gᵀ) ⊙ (Bᵀ d B) ] A</code>
/// for each tile d of the input, summed over input channels inside the bracket, which makes it 36 or 64 independent matrix products
/// [tiles] × [input channels] × [output channels]. x has a halo as far as windows reach. (A. Lavin, S. Gray, "Fast Algorithms
/// for Convolutional Neural Networks", 2015, section 4.)
/// </summary>
internal sealed unsafe class WinogradForward<V> : WinogradPass<V>
    where V : struct, IVector<V>
{
    private readonly ConvolutionGeometry forward;
    private readonly bool transposed;

    /// <param name="forward">The convolution.</param>
    /// <param name="transposed">
    /// For its data gradient instead: the convolution of dy, which has a halo as <see cref="ConvolutionGeometry.GradientHalo"/>
    /// says, with the filters mirrored and transposed. The filters are given in the same order all the same.
    /// </param>
    public WinogradForward(ConvolutionGeometry forward, bool transposed = false)
        : this(forward, transposed ? Transposed(forward) : forward, transposed) { }

    // Input channels of a group in whole vectors.
    private WinogradForward(ConvolutionGeometry forward, ConvolutionGeometry geometry, bool transposed)
        : base(geometry, (geometry.GroupInputs + V.Count - 1) / V.Count * V.Count)
    {
        this.forward = forward;
        this.transposed = transposed;
    }

    /// <summary>Independent pieces of transforming them.</summary>
    public int FilterPieces => Outputs.Count * Inputs.PerGroup;

    /// <summary>G g Gᵀ: one vector of output channels, for one vector of input channels.</summary>
    /// <param name="weights"><c>[kernel row, kernel column, input channel of the group, output channel]</c> of the forward convolution.</param>
    public void TransformFilters(float* weights, float* filters, int piece)
    {
        (int block, int inputBlock) = Math.DivRem(piece, Inputs.PerGroup);
        PointMatrices<V> target = new(filters, Outputs.Count, FilterRows);
        TransformFilters(weights, block, inputBlock, target.At(0, block, inputBlock * V.Count), target.Stride);
    }

    /// <summary>The three parts of a whole block.</summary>
    /// <param name="bias">One number an output channel; null for none.</param>
    public void Run(Planes x, Planes y, TileBlock block, float* filters, float* bias, bool rectify)
    {
        Load(x, block, block.First, block.Count);
        Multiply(block, filters, 0, ProductPieces);
        Store(block, y, block.First, block.Count, bias, rectify);
    }

    /// <summary>The first part: Bᵀ d B of some tiles of a block.</summary>
    public void Load(Planes x, TileBlock block, int first, int count) => LoadInputs(x, block, first, count);

    /// <summary>The second part: pieces [first, last) of the products, for all tiles of a block.</summary>
    public void Multiply(TileBlock block, float* filters, int firstPiece, int lastPiece)
    {
        for (int piece = firstPiece; piece < lastPiece; piece++)
        {
            Multiply(block, filters, Panels[piece]);
        }
    }

    /// <summary>The third part: y = Aᵀ m A + bias, or max(0, that), of some tiles of a block.</summary>
    /// <param name="bias">One number an output channel; null for none.</param>
    public void Store(TileBlock block, Planes y, int first, int count, float* bias, bool rectify)
    {
        PointMatrices<V> source = OutputMatrices(block);
        V floor = V.Broadcast(rectify ? 0 : float.NegativeInfinity);
        for (int tile = first; tile < first + count; )
        {
            TileRun run = Tiling.RunAt(tile, first + count);
            Lookahead<V> ahead = OutputsAhead(y, tile + run.Tiles);
            for (int i = 0; i < Outputs.Count; i++)
            {
                int channel = Outputs.Channel(i);
                int channels = Outputs.ChannelsOf(i);
                V start = bias == null ? V.Broadcast(0) : LanePart.Load<V>(bias + channel, channels);
                Patch patch = Tiling.Output(y, run, channel, channels);
                Transforms.StoreOutput(
                    source.At(0, i, tile - block.First),
                    source.Stride,
                    run.Tiles,
                    patch,
                    start,
                    floor,
                    IsStream ? source.At(0, i + 1, tile - block.First) : null,
                    ahead.Part(i, Outputs.Count)
                );
            }

            tile += run.Tiles;
        }
    }

    private static ConvolutionGeometry Transposed(ConvolutionGeometry forward) =>
        new(
            new WindowGeometry(Transposed(forward.Rows), Transposed(forward.Columns)),
            forward.OutputChannels,
            forward.InputChannels,
            forward.Groups
        );

    private static Extent Transposed(Extent forward) =>
        forward with
        {
            Input = forward.Output,
            Before = forward.Kernel - 1 - forward.Before,
            After = forward.Kernel - 1 - forward.After,
            Output = forward.Input,
        };

    [SkipLocalsInit]
    private void Multiply(TileBlock block, float* filters, ProductPanel panel)
    {
        PointMatrices<V> a = InputMatrices(block);
        PointMatrices<V> b = new(filters, Outputs.Count, FilterRows);
        PointMatrices<V> c = OutputMatrices(block);
        Stretch* stretches = stackalloc Stretch[Inputs.PerGroup];
        for (int i = 0; i < Inputs.PerGroup; i++)
        {
            stretches[i] = new Stretch(i * a.BlockStride, (nint)i * V.Count * V.Count);
        }

        Contraction sum = new()
        {
            Stretches = stretches,
            StretchCount = Inputs.PerGroup,
            Depth = V.Count,
            ARow = V.Count,
            ADepth = 1,
            BDepth = V.Count,
            BColumn = panel.IsPair ? b.BlockStride : 0,
            CRow = V.Count,
            CColumn = panel.IsPair ? c.BlockStride : V.Count,
        };
        Split tiles = Split.AtMost(block.Count, V.TileRows);
        for (int tile = 0; tile < tiles.Parts; tile++)
        {
            int row = tiles.Start(tile);
            MicroKernel<V>.MultiplyEdge(
                sum,
                tiles.Size(tile),
                panel.IsPair ? MicroKernel<V>.Width : V.Count,
                a.At(panel.Point, panel.Group * Inputs.PerGroup, row),
                b.At(panel.Point, panel.Block, 0),
                c.At(panel.Point, panel.Block, row)
            );
        }
    }

    [SkipLocalsInit]
    private void TransformFilters(float* weights, int block, int inputBlock, float* target, nint targetStride)
    {
        float* taps = stackalloc float[FilterTaps<V>.LengthOf(Geometry.Taps) + AlignedBuffer.Line];
        taps = AlignedBuffer.Align(taps);
        int group = block / Outputs.PerGroup;
        int output = block % Outputs.PerGroup * V.Count;
        int input = inputBlock * V.Count;
        int outputs = Outputs.ChannelsOf(block);
        int inputs = Inputs.ChannelsOf(inputBlock);
        FilterTaps<V> source = new(forward, weights);
        if (transposed)
        {
            source.LoadMirrored(new(output, outputs, group * Geometry.GroupInputs + input, inputs), taps);
        }
        else
        {
            source.Load(new(input, inputs, Outputs.Channel(block), outputs), taps);
        }

        Transforms.LoadFilters(taps, target, targetStride);
        EndStreaming();
    }
}
