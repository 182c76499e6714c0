using Microsoft.ML.Cnn.Kernels.Convolution;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;
using Microsoft.ML.Cnn.Networks.Plans.Memory;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>Convolution as a sum of products, with channels in the lanes.</summary>
internal sealed unsafe class DirectConvolution<V> : ConvolutionStep<V>
    where V : struct, IVector<V>
{
    private readonly DirectForward<V> forward;
    private readonly Arena.Place packed;
    private readonly DirectDataGradient<V>? dataGradient;
    private readonly Arena.Place packedTransposed;
    private readonly DirectWeightGradient<V>? weightGradient;
    private readonly ShardSums<V>? sums;

    public DirectConvolution(PlanContext<V> context, PlannedOperation operation)
        : base(context, operation)
    {
        forward = new DirectForward<V>(Geometry, X.Pattern.RowPitch);
        packed = context.Prepared.Reserve(forward.PackedLength);
        if (!context.IsTraining)
        {
            return;
        }

        if (Dx != null)
        {
            dataGradient = new DirectDataGradient<V>(Geometry, Dy.Pattern.RowPitch);
            packedTransposed = context.Arena.Reserve(dataGradient.PackedLength);
        }

        if (Filters.WeightsLearn)
        {
            weightGradient = new DirectWeightGradient<V>(Geometry);
            sums = IsSpread ? null : new ShardSums<V>(context, Geometry.WeightCount);
        }
    }

    public override IEnumerable<BatchPass> Prepare => [FromFilters(PackPieces, Pack)];

    public override IEnumerable<Pass> Forward =>
        IsSpread
            ? [new BatchPass(Context.Options.BatchSize * forward.Bands, (_, piece) => RunForwardPiece(piece))]
            : [new SlicePass(RunForward)];

    protected override IEnumerable<Pass> Gradients
    {
        get
        {
            if (!IsSpread)
            {
                yield return new SlicePass(RunGradients);
                yield break;
            }

            if (weightGradient != null)
            {
                yield return new BatchPass(weightGradient.Pieces, (_, piece) => RunWeightGradientPiece(piece));
            }

            if (dataGradient != null)
            {
                yield return new BatchPass(Context.Options.BatchSize * Geometry.Rows.Input, (_, piece) => RunDataGradientPiece(piece));
            }
        }
    }

    private int PackPieces => forward.PackPieces + (dataGradient?.PackPieces ?? 0);

    private void RunForward(in Slice slice)
    {
        Planes x = X.View(slice);
        Planes y = Y.View(slice);
        for (int image = 0; image < slice.Count; image++)
        {
            for (int band = 0; band < forward.Bands; band++)
            {
                forward.Run(x, y, image, band, packed.Data, Filters.Bias, Rectify);
            }
        }
    }

    private void RunGradients(in Slice slice)
    {
        Planes dy = Dy.View(slice);
        weightGradient?.Run(X.View(slice), dy, sums![slice.Shard], 0, weightGradient.Pieces, accumulate: !slice.IsFirstOfShard);
        if (dataGradient == null)
        {
            return;
        }

        Planes dx = Dx!.View(slice);
        for (int image = 0; image < slice.Count; image++)
        {
            for (int row = 0; row < dx.Height; row++)
            {
                dataGradient.Run(dy, dx, image, row, packedTransposed.Data);
            }
        }
    }

    protected override void AddUpWeights(float* gradient) => sums?.SumTo(gradient);

    private void RunForwardPiece(int piece)
    {
        (int image, int band) = Math.DivRem(piece, forward.Bands);
        if (image < Context.Live.Count)
        {
            forward.Run(X.View(Context.Live.Count), Y.View(Context.Live.Count), image, band, packed.Data, Filters.Bias, Rectify);
        }
    }

    private void RunWeightGradientPiece(int piece)
    {
        int images = Context.Live.Count;
        weightGradient!.Run(X.View(images), Dy.View(images), Filters.WeightGradient, piece, piece + 1, accumulate: false);
    }

    private void RunDataGradientPiece(int piece)
    {
        (int image, int row) = Math.DivRem(piece, Geometry.Rows.Input);
        if (image < Context.Live.Count)
        {
            dataGradient!.Run(Dy.View(Context.Live.Count), Dx!.View(Context.Live.Count), image, row, packedTransposed.Data);
        }
    }

    private void Pack(int piece)
    {
        if (piece < forward.PackPieces)
        {
            forward.Pack(Filters.Weights, packed.Data, piece);
        }
        else
        {
            dataGradient!.Pack(Filters.Weights, packedTransposed.Data, piece - forward.PackPieces);
        }
    }
}
