using Microsoft.ML.Cnn.Kernels.Convolution.Winograd;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;
using Microsoft.ML.Cnn.Networks.Plans.Memory;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>
/// Convolution by Winograd's minimal filtering with many filters, which all workers share: first they transform the tiles of the whole batch, then
/// each takes some of the products, so that the filters of one pass through one cache once, then they transform the results. While
/// training, filters are transformed when it is the layer's turn, into memory that the next layer uses again.
/// </summary>
internal sealed unsafe class SharedWinogradConvolution<V> : ConvolutionStep<V>
    where V : struct, IVector<V>
{
    private readonly WinogradForward<V> forward;
    private readonly SharedBlocks forwardBlocks;
    private readonly WinogradForward<V>? dataGradient;
    private readonly SharedBlocks? dataGradientBlocks;
    private readonly WinogradWeightGradient<V>? weightGradient;
    private readonly SharedBlocks? weightGradientBlocks;
    private readonly Arena.Place preparedFilters;

    public SharedWinogradConvolution(PlanContext<V> context, PlannedOperation operation)
        : base(context, operation)
    {
        int images = context.Options.BatchSize;
        forward = new WinogradForward<V>(Geometry);
        forwardBlocks = SharedBlocks.Of(forward, images);
        context.Workspace.NeedCommon(forward.FilterLength + forwardBlocks.Length);
        if (!context.IsTraining)
        {
            preparedFilters = context.Prepared.Reserve(forward.FilterLength);
            return;
        }

        if (Filters.WeightsLearn)
        {
            weightGradient = new WinogradWeightGradient<V>(Geometry);
            weightGradientBlocks = SharedBlocks.Of(weightGradient, images);
            context.Workspace.NeedCommon(weightGradient.SumsLength + weightGradientBlocks.Length);
        }

        if (Dx != null)
        {
            dataGradient = new WinogradForward<V>(Geometry, transposed: true);
            dataGradientBlocks = SharedBlocks.Of(dataGradient, images);
            context.Workspace.NeedCommon(dataGradient.FilterLength + dataGradientBlocks.Length);
        }
    }

    protected override string Name => forward.Name;

    public override IEnumerable<BatchPass> Prepare => Context.IsTraining ? [] : [TransformFilters(forward)];

    public override IEnumerable<Pass> Forward
    {
        get
        {
            IEnumerable<Pass> products = Products(forward, forwardBlocks, X, Y, ForwardBias, Rectify);
            return Context.IsTraining ? products.Prepend(TransformFilters(forward)) : products;
        }
    }

    protected override IEnumerable<Pass> Gradients =>
        dataGradient == null
            ? WeightGradient
            :
            [
                .. WeightGradient,
                TransformFilters(dataGradient),
                .. Products(dataGradient, dataGradientBlocks!, Dy, Dx!, () => 0, rectify: false),
            ];

    private IEnumerable<Pass> WeightGradient
    {
        get
        {
            if (weightGradient is not { } pass)
            {
                return [];
            }

            int panels = pass.ProductPieces / pass.PointPairs;
            return
            [
                .. weightGradientBlocks!.Passes(
                    () => (nint)(Sums + pass.SumsLength),
                    () => pass.TilesOf(Context.Live.Count),
                    (block, first, count) => pass.Load(X.View(Context.Live.Count), Dy.View(Context.Live.Count), block, first, count),
                    (block, index, point) => pass.Multiply(block, Sums, point * panels, (point + 1) * panels, accumulate: index > 0),
                    store: null
                ),
                new BatchPass(pass.StorePieces, (_, piece) => pass.Store(Sums, Filters.WeightGradient, piece, accumulate: false)),
            ];
        }
    }

    private float* TransformedFilters => Context.IsTraining ? Context.Workspace.Common : preparedFilters.Data;

    private float* Sums => Context.Workspace.Common;

    private nint ForwardBias() => (nint)Filters.Bias;

    private BatchPass TransformFilters(WinogradForward<V> pass) =>
        FromFilters(pass.FilterPieces, piece => pass.TransformFilters(Filters.Weights, TransformedFilters, piece));

    private IEnumerable<Pass> Products(WinogradForward<V> pass, SharedBlocks blocks, Blob from, Blob to, Func<nint> bias, bool rectify)
    {
        int panels = pass.ProductPieces / pass.PointPairs;
        return blocks.Passes(
            () => (nint)(Context.Workspace.Common + pass.FilterLength),
            () => pass.TilesOf(Context.Live.Count),
            (block, first, count) => pass.Load(from.View(Context.Live.Count), block, first, count),
            (block, _, point) => pass.Multiply(block, TransformedFilters, point * panels, (point + 1) * panels),
            (block, first, count) => pass.Store(block, to.View(Context.Live.Count), first, count, (float*)bias(), rectify)
        );
    }
}
