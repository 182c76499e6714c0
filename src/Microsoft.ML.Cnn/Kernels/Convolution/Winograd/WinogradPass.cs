using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>
/// What the passes of a convolution by Winograd's algorithms have in common: the output is cut into tiles; a block of them is transformed
/// into 36 or 64 matrices of inputs and as many of outputs, or of their gradients, which lie one behind the other in a workspace.
/// </summary>
internal abstract unsafe class WinogradPass<V>
    where V : struct, IVector<V>
{
    /// <summary>Floats of a second cache level of one megabyte.</summary>
    private const long SecondCacheLength = 1 << 18;

    /// <summary>Floats that do not stay in the last cache level beside the matrices of a block, eight megabytes.</summary>
    private const long StreamLength = 1 << 21;

    private readonly WinogradSize size;

    /// <param name="geometry">The convolution.</param>
    /// <param name="filterRows">Rows of the matrices of its filters, or of their gradients.</param>
    protected WinogradPass(ConvolutionGeometry geometry, int filterRows)
    {
        Geometry = geometry;
        FilterRows = filterRows;
        size = WinogradSize.For(geometry);
        Tiling = new Tiling(geometry, size.OutputSide);
        Inputs = new ChannelBlocks(geometry.Groups, geometry.GroupInputs, V.Count);
        Outputs = new ChannelBlocks(geometry.Groups, geometry.GroupOutputs, V.Count);
        Panels = new ProductPanels(PointPairs, Outputs);
        FilterLength = PointMatrices<V>.Length(PointPairs, Outputs.Count, filterRows);
        IsStream = FilterLength >= StreamLength;
        Transforms = TileTransforms<V>.For(size, IsStream);
    }

    /// <summary>Such as <c>Winograd F(4x4, 3x3)</c>: outputs of a tile, and filter.</summary>
    public string Name => $"Winograd {size}";

    /// <summary>Products of matrices.</summary>
    public int PointPairs => size.PointPairs;

    /// <summary>Independent pieces of the products of a block.</summary>
    public int ProductPieces => Panels.Count;

    /// <summary>
    /// Tiles that a block should have. Between the parts it then stays in the second cache level while channels are few; where the
    /// transformed filters alone exceed that level, each block reads them from beyond, and twice the tiles share the reading.
    /// </summary>
    public int RecommendedTiles => (FilterLength <= SecondCacheLength ? 56 : 112) / V.TileRows * V.TileRows;

    /// <summary>Floats of the transformed filters, or of the sums of their gradients.</summary>
    public long FilterLength { get; }

    /// <summary>Whether transformed filters are so large that they come from memory, wherever they were left.</summary>
    protected bool IsStream { get; }

    protected int FilterRows { get; }

    protected ConvolutionGeometry Geometry { get; }

    protected TileTransforms<V> Transforms { get; }

    protected Tiling Tiling { get; }

    protected ChannelBlocks Inputs { get; }

    protected ChannelBlocks Outputs { get; }

    protected ProductPanels Panels { get; }

    /// <summary>Whether there is an algorithm: square filters of 3 or 5 taps, at stride one and without dilation.</summary>
    public static bool Applies(ConvolutionGeometry geometry) =>
        geometry is { Rows: { Stride: 1, Dilation: 1 }, Columns: { Stride: 1, Dilation: 1 } }
        && geometry.Rows.Kernel == geometry.Columns.Kernel
        && geometry.Rows.Kernel is 3 or 5;

    /// <summary>Tiles of some images.</summary>
    public int TilesOf(int images) => images * Tiling.PerImage;

    /// <summary>Floats of workspace that a block of tiles needs.</summary>
    public long WorkspaceLength(int tiles) =>
        PointMatrices<V>.Length(PointPairs, Inputs.Count, tiles) + PointMatrices<V>.Length(PointPairs, Outputs.Count, tiles);

    /// <summary>Bᵀ d B of some tiles of a block.</summary>
    protected void LoadInputs(Planes x, TileBlock block, int first, int count)
    {
        PointMatrices<V> target = InputMatrices(block);
        for (int tile = first; tile < first + count; )
        {
            TileRun run = Tiling.RunAt(tile, first + count);
            Lookahead<V> ahead = InputsAhead(x, tile + run.Tiles);
            for (int i = 0; i < Inputs.Count; i++)
            {
                Patch patch = Tiling.Input(x, run, Inputs.Channel(i), Inputs.ChannelsOf(i));
                Transforms.LoadInput(patch, run.Tiles, target.At(0, i, tile - block.First), target.Stride, ahead.Part(i, Inputs.Count));
            }

            tile += run.Tiles;
        }

        EndStreaming();
    }

    /// <summary>Makes visible to other workers what passed the caches by.</summary>
    protected void EndStreaming()
    {
        if (IsStream)
        {
            V.EndStreaming();
        }
    }

    /// <summary>Outputs, or their gradient, of the run that begins with a tile; none behind the last tile.</summary>
    protected Lookahead<V> OutputsAhead(Planes y, int tile)
    {
        TileRun next = Tiling.RunAt(tile, TilesOf(y.Count));
        return Ahead(Tiling.Output(y, next, 0, V.Count), size.OutputSide, next.Tiles * size.OutputSide);
    }

    protected PointMatrices<V> InputMatrices(TileBlock block) => new(block.Data, Inputs.Count, block.Count);

    protected PointMatrices<V> OutputMatrices(TileBlock block) =>
        new(block.Data + PointMatrices<V>.Length(PointPairs, Inputs.Count, block.Count), Outputs.Count, block.Count);

    // Without the rows that the tiles above it have read.
    private Lookahead<V> InputsAhead(Planes x, int tile)
    {
        TileRun next = Tiling.RunAt(tile, TilesOf(x.Count));
        int rowsRead = next.Row == 0 ? 0 : size.Points - size.OutputSide;
        Patch pixels = Tiling.Input(x, next with { Row = next.Row + rowsRead }, 0, V.Count);
        int columns = next.Tiles == 0 ? 0 : (next.Tiles - 1) * size.OutputSide + size.Points;
        return Ahead(pixels, size.Points - rowsRead, columns);
    }

    // All channels of pixels, as far as there are rows and columns.
    private static Lookahead<V> Ahead(in Patch pixels, int rows, int columns) =>
        new(pixels.At(0, 0), pixels.RowPitch, Math.Min(rows, pixels.Rows), Math.Min(columns, pixels.Columns) * pixels.PixelPitch);
}
