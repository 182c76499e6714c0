using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>
/// dw, the gradient of a convolution with respect to its filters: the derivative of the form in <see cref="WinogradForward{V}"/>,
/// <code>dw = Gᵀ [ Σ over tiles of (Bᵀ d B) ⊙ (A dy Aᵀ) ] G</code>
/// again 36 matrix products, now [input channels] × [tiles] × [output channels]. The sums in the bracket are kept, block after
/// block, in memory that the caller gives.
/// </summary>
internal sealed unsafe class WinogradWeightGradient<V>
    where V : struct, IVector<V>
{
    /// <summary>Input channels of a tile of the product. Eight neighbours lie in one cache line.</summary>
    private const int MostRows = 8;

    private readonly ConvolutionGeometry geometry;
    private readonly TileTransforms<V> transforms;
    private readonly Tiling tiling;
    private readonly ChannelBlocks inputs;
    private readonly ChannelBlocks outputs;

    public WinogradWeightGradient(ConvolutionGeometry geometry)
    {
        this.geometry = geometry;
        transforms = TileTransforms<V>.For(geometry.Rows.Kernel);
        tiling = new Tiling(geometry, transforms.OutputSide);
        inputs = new ChannelBlocks(geometry.Groups, geometry.GroupInputs, V.Count);
        outputs = new ChannelBlocks(geometry.Groups, geometry.GroupOutputs, V.Count);
    }

    /// <summary>Floats of the sums.</summary>
    public long SumsLength => PointMatrices<V>.Length(outputs.Count, geometry.GroupInputs);

    /// <summary>Independent pieces of the products of a block: the panels of the first pair of points, then those of the next.</summary>
    public int ProductPieces => PointMatrices<V>.Count * Panels;

    /// <summary>Independent pieces of dw: input channels of a group.</summary>
    public int StorePieces => geometry.GroupInputs;

    private int GroupPanels => (outputs.PerGroup + 1) / 2;

    private int Panels => geometry.Groups * GroupPanels;

    /// <summary>Tiles of some images.</summary>
    public int TilesOf(int images) => images * tiling.PerImage;

    /// <summary>Floats of workspace that a block of tiles needs.</summary>
    public long WorkspaceLength(int tiles) => PointMatrices<V>.Length(inputs.Count, tiles) + PointMatrices<V>.Length(outputs.Count, tiles);

    /// <summary>The first two parts of a whole block.</summary>
    /// <param name="accumulate">Adds to what the sums hold.</param>
    public void Run(Planes x, Planes dy, TileBlock block, float* sums, bool accumulate)
    {
        Load(x, dy, block, block.First, block.Count);
        Multiply(block, sums, 0, ProductPieces, accumulate);
    }

    /// <summary>The first part: Bᵀ d B and A dy Aᵀ of some tiles of a block.</summary>
    public void Load(Planes x, Planes dy, TileBlock block, int first, int count)
    {
        PointMatrices<V> left = Inputs(block);
        PointMatrices<V> right = Outputs(block);
        for (int tile = first; tile < first + count; )
        {
            TileRun run = tiling.RunAt(tile, first + count);
            int row = tile - block.First;
            for (int i = 0; i < inputs.Count; i++)
            {
                Patch patch = tiling.Input(x, run, inputs.Channel(i), inputs.ChannelsOf(i));
                transforms.LoadInput(patch, run.Tiles, left.At(0, i, row), left.Stride);
            }

            for (int i = 0; i < outputs.Count; i++)
            {
                Patch patch = Tiling.Output(dy, run, outputs.Channel(i), outputs.ChannelsOf(i));
                transforms.LoadOutputGradient(patch, run.Tiles, right.At(0, i, row), right.Stride);
            }

            tile += run.Tiles;
        }
    }

    /// <summary>The second part: pieces [first, last) of the products, over all tiles of a block.</summary>
    /// <param name="accumulate">Adds to what the sums hold.</param>
    public void Multiply(TileBlock block, float* sums, int firstPiece, int lastPiece, bool accumulate)
    {
        for (int piece = firstPiece; piece < lastPiece; piece++)
        {
            (int point, int panel) = Math.DivRem(piece, Panels);
            (int group, int inGroup) = Math.DivRem(panel, GroupPanels);
            Multiply(block, sums, point, group, 2 * inGroup, accumulate);
        }
    }

    /// <summary>The third part: Gᵀ u G for the filters of one input channel of each group.</summary>
    /// <param name="accumulate">Adds to what dw holds.</param>
    public void Store(float* sums, float* dw, int piece, bool accumulate)
    {
        PointMatrices<V> source = new(sums, outputs.Count, geometry.GroupInputs);
        nint tap = (nint)geometry.GroupInputs * geometry.OutputChannels;
        for (int block = 0; block < outputs.Count; block++)
        {
            Patch target = new(
                (nint)(dw + (nint)piece * geometry.OutputChannels + outputs.Channel(block)),
                geometry.Columns.Kernel * tap,
                tap,
                geometry.Rows.Kernel,
                geometry.Columns.Kernel,
                outputs.ChannelsOf(block)
            );
            transforms.StoreFilterGradient(source.At(0, block, piece), source.Stride, target, accumulate);
        }
    }

    private PointMatrices<V> Inputs(TileBlock block) => new(block.Data, inputs.Count, block.Count);

    private PointMatrices<V> Outputs(TileBlock block) =>
        new(block.Data + PointMatrices<V>.Length(inputs.Count, block.Count), outputs.Count, block.Count);

    /// <summary>A panel is two vectors of output channels; where a group ends with a single one, it is read twice and stored once.</summary>
    private void Multiply(TileBlock block, float* sums, int point, int group, int outputInGroup, bool accumulate)
    {
        PointMatrices<V> a = Inputs(block);
        PointMatrices<V> b = Outputs(block);
        PointMatrices<V> c = new(sums, outputs.Count, geometry.GroupInputs);
        bool isPair = outputInGroup + 1 < outputs.PerGroup;
        int output = group * outputs.PerGroup + outputInGroup;
        int columns = isPair ? MicroKernel<V>.Width : V.Count;
        Stretch whole = default;
        Contraction sum = new Contraction
        {
            Stretches = &whole,
            StretchCount = 1,
            Depth = block.Count,
            ARow = 1,
            ADepth = V.Count,
            BDepth = V.Count,
            BColumn = isPair ? b.BlockStride : 0,
            CRow = V.Count,
            CColumn = isPair ? c.BlockStride : V.Count,
        }.Continued;
        float* right = b.At(point, output, 0);
        for (int input = 0; input < inputs.PerGroup; input++)
        {
            float* left = a.At(point, group * inputs.PerGroup + input, 0);
            Split rows = Split.AtMost(inputs.ChannelsOf(input), Math.Min(V.TileRows, MostRows));
            for (int tile = 0; tile < rows.Parts; tile++)
            {
                int row = rows.Start(tile);
                float* target = c.At(point, output, input * V.Count + row);
                MicroKernel<V>.MultiplyEdge(sum, rows.Size(tile), columns, left + row, right, target, accumulate ? target : null);
            }
        }
    }
}
