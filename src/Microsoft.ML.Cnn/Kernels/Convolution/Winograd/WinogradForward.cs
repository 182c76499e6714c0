using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>
/// y = x * w + bias at stride one, for 3×3 and 5×5 filters, with channels in the lanes:
/// <code>y = Aᵀ [ (G g Gᵀ) ⊙ (Bᵀ d B) ] A</code>
/// for each tile d of the input, summed over input channels inside the bracket, which makes it 36 independent matrix products
/// [tiles] × [input channels] × [output channels]. x has a halo as far as windows reach. (A. Lavin, S. Gray, "Fast Algorithms
/// for Convolutional Neural Networks", 2015, section 4.)
/// </summary>
internal sealed unsafe class WinogradForward<V>
    where V : struct, IVector<V>
{
    /// <summary>Blocks of input channels that are summed at a time: the filters' half of a product then stays in the first cache level.</summary>
    private const int MostDepth = 128;

    private readonly ConvolutionGeometry geometry;
    private readonly bool transposed;
    private readonly TileTransforms<V> transforms;
    private readonly Tiling tiling;
    private readonly ChannelBlocks inputs;
    private readonly ChannelBlocks outputs;

    /// <param name="forward">The convolution.</param>
    /// <param name="transposed">
    /// For its data gradient instead: the convolution of dy, which has a halo as <see cref="ConvolutionGeometry.GradientHalo"/>
    /// says, with the filters mirrored and transposed. The filters are given in the same order all the same.
    /// </param>
    public WinogradForward(ConvolutionGeometry forward, bool transposed = false)
    {
        this.transposed = transposed;
        geometry = transposed ? Transposed(forward) : forward;
        transforms = TileTransforms<V>.For(geometry.Rows.Kernel);
        tiling = new Tiling(geometry, transforms.OutputSide);
        inputs = new ChannelBlocks(geometry.Groups, geometry.GroupInputs, V.Count);
        outputs = new ChannelBlocks(geometry.Groups, geometry.GroupOutputs, V.Count);
    }

    /// <summary>Floats of the transformed filters.</summary>
    public long FilterLength => PointMatrices<V>.Length(outputs.Count, FilterRows);

    /// <summary>Independent pieces of transforming them.</summary>
    public int FilterPieces => outputs.Count * inputs.PerGroup;

    /// <summary>Independent pieces of the products of a block: the panels of the first pair of points, then those of the next.</summary>
    public int ProductPieces => PointMatrices<V>.Count * Panels;

    // Input channels of a group, in whole vectors.
    private int FilterRows => inputs.PerGroup * V.Count;

    private int GroupPanels => (outputs.PerGroup + 1) / 2;

    private int Panels => geometry.Groups * GroupPanels;

    /// <summary>Tiles of some images.</summary>
    public int TilesOf(int images) => images * tiling.PerImage;

    /// <summary>Floats of workspace that a block of tiles needs.</summary>
    public long WorkspaceLength(int tiles) => PointMatrices<V>.Length(inputs.Count, tiles) + PointMatrices<V>.Length(outputs.Count, tiles);

    /// <summary>G g Gᵀ: one vector of output channels, for one vector of input channels.</summary>
    /// <param name="weights"><c>[kernel row, kernel column, input channel of the group, output channel]</c> of the forward convolution.</param>
    [SkipLocalsInit]
    public void TransformFilters(float* weights, float* filters, int piece)
    {
        (int block, int inputBlock) = Math.DivRem(piece, inputs.PerGroup);
        PointMatrices<V> target = new(filters, outputs.Count, FilterRows);
        float* taps = stackalloc float[transposed ? geometry.Taps * V.Count * V.Count : 0];
        if (transposed)
        {
            TransposeTaps(weights, block, inputBlock, taps);
        }

        for (int lane = 0; lane < V.Count; lane++)
        {
            int channel = inputBlock * V.Count + lane;
            Patch filter = transposed ? TransposedFilter(taps, lane) : Filter(weights, channel, block);

            // Beyond the last channel the input is zero; the filters are too.
            filter = channel < geometry.GroupInputs ? filter : filter with { Rows = 0 };
            transforms.LoadFilter(filter, target.At(0, block, channel), target.Stride);
        }
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
    public void Load(Planes x, TileBlock block, int first, int count)
    {
        PointMatrices<V> target = Inputs(block);
        for (int tile = first; tile < first + count; )
        {
            TileRun run = tiling.RunAt(tile, first + count);
            for (int i = 0; i < inputs.Count; i++)
            {
                Patch patch = tiling.Input(x, run, inputs.Channel(i), inputs.ChannelsOf(i));
                transforms.LoadInput(patch, run.Tiles, target.At(0, i, tile - block.First), target.Stride);
            }

            tile += run.Tiles;
        }
    }

    /// <summary>The second part: pieces [first, last) of the products, for all tiles of a block.</summary>
    public void Multiply(TileBlock block, float* filters, int firstPiece, int lastPiece)
    {
        for (int piece = firstPiece; piece < lastPiece; piece++)
        {
            (int point, int panel) = Math.DivRem(piece, Panels);
            (int group, int inGroup) = Math.DivRem(panel, GroupPanels);
            Multiply(block, filters, point, group, 2 * inGroup);
        }
    }

    /// <summary>The third part: y = Aᵀ m A + bias, or max(0, that), of some tiles of a block.</summary>
    /// <param name="bias">One number an output channel; null for none.</param>
    public void Store(TileBlock block, Planes y, int first, int count, float* bias, bool rectify)
    {
        PointMatrices<V> source = Outputs(block);
        V floor = V.Broadcast(rectify ? 0 : float.NegativeInfinity);
        for (int tile = first; tile < first + count; )
        {
            TileRun run = tiling.RunAt(tile, first + count);
            for (int i = 0; i < outputs.Count; i++)
            {
                int channel = outputs.Channel(i);
                int channels = outputs.ChannelsOf(i);
                V start = bias == null ? V.Broadcast(0) : LoadPart(bias + channel, channels);
                Patch patch = Tiling.Output(y, run, channel, channels);
                transforms.StoreOutput(source.At(0, i, tile - block.First), source.Stride, run.Tiles, patch, start, floor);
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

    private static V LoadPart(float* source, int count)
    {
        if (count == V.Count)
        {
            return V.Load(source);
        }

        float* copy = stackalloc float[V.Count];
        new ReadOnlySpan<float>(source, count).CopyTo(new Span<float>(copy, V.Count));
        return V.Load(copy);
    }

    private PointMatrices<V> Inputs(TileBlock block) => new(block.Data, inputs.Count, block.Count);

    private PointMatrices<V> Outputs(TileBlock block) =>
        new(block.Data + PointMatrices<V>.Length(inputs.Count, block.Count), outputs.Count, block.Count);

    /// <summary>A panel is two vectors of output channels; where a group ends with a single one, it is read twice and stored once.</summary>
    private void Multiply(TileBlock block, float* filters, int point, int group, int outputInGroup)
    {
        PointMatrices<V> a = Inputs(block);
        PointMatrices<V> b = new(filters, outputs.Count, FilterRows);
        PointMatrices<V> c = Outputs(block);
        bool isPair = outputInGroup + 1 < outputs.PerGroup;
        int output = group * outputs.PerGroup + outputInGroup;
        int columns = isPair ? MicroKernel<V>.Width : V.Count;
        int mostBlocks = MostDepth / V.Count;
        Stretch* stretches = stackalloc Stretch[mostBlocks];
        for (int i = 0; i < mostBlocks; i++)
        {
            stretches[i] = new Stretch(i * a.BlockStride, (nint)i * V.Count * V.Count);
        }

        Split tiles = Split.AtMost(block.Count, V.TileRows);
        for (int input = 0; input < inputs.PerGroup; input += mostBlocks)
        {
            Contraction sum = new Contraction
            {
                Stretches = stretches,
                StretchCount = Math.Min(mostBlocks, inputs.PerGroup - input),
                Depth = V.Count,
                ARow = V.Count,
                ADepth = 1,
                BDepth = V.Count,
                BColumn = isPair ? b.BlockStride : 0,
                CRow = V.Count,
                CColumn = isPair ? c.BlockStride : V.Count,
            }.Continued;
            float* left = a.At(point, group * inputs.PerGroup + input, 0);
            float* right = b.At(point, output, input * V.Count);
            for (int tile = 0; tile < tiles.Parts; tile++)
            {
                int row = tiles.Start(tile);
                float* target = c.At(point, output, row);
                MicroKernel<V>.MultiplyEdge(
                    sum,
                    tiles.Size(tile),
                    columns,
                    left + (nint)row * V.Count,
                    right,
                    target,
                    input == 0 ? null : target
                );
            }
        }
    }

    private Patch Filter(float* weights, int channel, int block)
    {
        nint tap = (nint)geometry.GroupInputs * geometry.OutputChannels;
        return new Patch(
            (nint)(weights + (nint)channel * geometry.OutputChannels + outputs.Channel(block)),
            geometry.Columns.Kernel * tap,
            tap,
            geometry.Rows.Kernel,
            geometry.Columns.Kernel,
            outputs.ChannelsOf(block)
        );
    }

    private Patch TransposedFilter(float* taps, int lane) =>
        new(
            (nint)(taps + (nint)lane * V.Count),
            (nint)geometry.Columns.Kernel * V.Count * V.Count,
            V.Count * V.Count,
            geometry.Rows.Kernel,
            geometry.Columns.Kernel,
            V.Count
        );

    /// <summary>
    /// The taps of one vector of output channels and one of input channels, mirrored in both directions and with the output channels
    /// in the lanes: <c>[tap, input channel, output channel]</c>. The forward convolution, whose weights these are, has them the other way round.
    /// </summary>
    private void TransposeTaps(float* weights, int block, int inputBlock, float* taps)
    {
        int group = block / outputs.PerGroup;
        int firstOutput = block % outputs.PerGroup * V.Count;
        int firstInput = group * geometry.GroupInputs + inputBlock * V.Count;
        int outputCount = outputs.ChannelsOf(block);
        int inputCount = inputs.ChannelsOf(inputBlock);
        new Span<float>(taps, geometry.Taps * V.Count * V.Count).Clear();
        for (int tap = 0; tap < geometry.Taps; tap++)
        {
            float* target = taps + (nint)(geometry.Taps - 1 - tap) * V.Count * V.Count;
            for (int output = 0; output < outputCount; output++)
            {
                float* source = weights + ((nint)tap * geometry.GroupOutputs + firstOutput + output) * geometry.InputChannels + firstInput;
                for (int input = 0; input < inputCount; input++)
                {
                    target[input * V.Count + output] = source[input];
                }
            }
        }
    }
}
