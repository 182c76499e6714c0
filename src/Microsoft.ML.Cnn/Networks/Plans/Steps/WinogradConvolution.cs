using Microsoft.ML.Cnn.Kernels.Convolution.Winograd;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;
using Microsoft.ML.Cnn.Networks.Plans.Memory;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>
/// Convolution by Winograd's minimal filtering with few filters: a worker takes tiles, block by block, through all parts of the algorithm in
/// memory of its own, while the transformed filters stay in its cache. The tiles are those of its slice or, in a plan that predicts fewer slices
/// than it has threads, its share of the batch.
/// </summary>
internal sealed unsafe class WinogradConvolution<V> : ConvolutionStep<V>
    where V : struct, IVector<V>
{
    private readonly WinogradForward<V> forward;
    private readonly Arena.Place filters;
    private readonly WinogradForward<V>? dataGradient;
    private readonly Arena.Place transposedFilters;
    private readonly WinogradWeightGradient<V>? weightGradient;
    private readonly ShardSums<V>? sums;
    private readonly int blockTiles;

    public WinogradConvolution(PlanContext<V> context, PlannedOperation operation)
        : base(context, operation)
    {
        forward = new WinogradForward<V>(Geometry);
        blockTiles = forward.RecommendedTiles;
        filters = context.Prepared.Reserve(forward.FilterLength);
        context.Workspace.NeedForSlice(forward.WorkspaceLength(blockTiles));
        if (IsSpread)
        {
            context.Workspace.NeedPrivate(forward.WorkspaceLength(blockTiles));
        }

        if (!context.IsTraining)
        {
            return;
        }

        if (Filters.WeightsLearn)
        {
            weightGradient = new WinogradWeightGradient<V>(Geometry);
            sums = new ShardSums<V>(context, Geometry.WeightCount);
            context.Workspace.NeedForSlice(weightGradient.SumsLength + weightGradient.WorkspaceLength(blockTiles));
        }

        if (Dx != null)
        {
            dataGradient = new WinogradForward<V>(Geometry, transposed: true);
            transposedFilters = context.Arena.Reserve(dataGradient.FilterLength);
            context.Workspace.NeedForSlice(dataGradient.WorkspaceLength(blockTiles));
        }
    }

    protected override string Name => forward.Name;

    public override IEnumerable<BatchPass> Prepare => [FromFilters(FilterPieces, TransformFilters)];

    public override IEnumerable<Pass> Forward =>
        IsSpread ? [new BatchPass(Blocks(Context.Options.BatchSize), RunForwardBlock)] : [new SlicePass(RunForward)];

    protected override IEnumerable<Pass> Gradients => [new SlicePass(RunGradients)];

    private int FilterPieces => forward.FilterPieces + (dataGradient?.FilterPieces ?? 0);

    private void RunForward(in Slice slice) => RunBlocks(forward, X.View(slice), Y.View(slice), slice, filters.Data, Filters.Bias, Rectify);

    private void RunGradients(in Slice slice)
    {
        Planes dy = Dy.View(slice);
        if (weightGradient != null)
        {
            AddWeightGradient(weightGradient, slice, dy);
        }

        if (dataGradient != null)
        {
            RunBlocks(dataGradient, dy, Dx!.View(slice), slice, transposedFilters.Data, null, rectify: false);
        }
    }

    protected override void AddUpWeights(float* gradient) => sums!.SumTo(gradient);

    private void AddWeightGradient(WinogradWeightGradient<V> gradient, in Slice slice, Planes dy)
    {
        float* products = Context.Workspace.Of(slice);
        float* memory = products + gradient.SumsLength;
        Planes x = X.View(slice);
        int tiles = gradient.TilesOf(slice.Count);
        for (int first = 0; first < tiles; first += blockTiles)
        {
            gradient.Run(x, dy, Block(memory, first, tiles), products, accumulate: first > 0);
        }

        for (int piece = 0; piece < gradient.StorePieces; piece++)
        {
            gradient.Store(products, sums![slice.Shard], piece, accumulate: !slice.IsFirstOfShard);
        }
    }

    private void RunBlocks(WinogradForward<V> pass, Planes from, Planes to, in Slice slice, float* filters, float* bias, bool rectify)
    {
        float* memory = Context.Workspace.Of(slice);
        int tiles = pass.TilesOf(slice.Count);
        for (int first = 0; first < tiles; first += blockTiles)
        {
            pass.Run(from, to, Block(memory, first, tiles), filters, bias, rectify);
        }
    }

    private void RunForwardBlock(int worker, int block)
    {
        int images = Context.Live.Count;
        if (block < Blocks(images))
        {
            TileBlock tiles = Block(Context.Workspace.Of(worker), block * blockTiles, forward.TilesOf(images));
            forward.Run(X.View(images), Y.View(images), tiles, filters.Data, Filters.Bias, Rectify);
        }
    }

    private int Blocks(int images) => (forward.TilesOf(images) + blockTiles - 1) / blockTiles;

    private TileBlock Block(float* memory, int first, int tiles) => new(memory, first, Math.Min(blockTiles, tiles - first));

    private void TransformFilters(int piece)
    {
        if (piece < forward.FilterPieces)
        {
            forward.TransformFilters(Filters.Weights, filters.Data, piece);
        }
        else
        {
            dataGradient!.TransformFilters(Filters.Weights, transposedFilters.Data, piece - forward.FilterPieces);
        }
    }
}
