using Microsoft.ML.Cnn.Kernels.Convolution;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>Convolution with channels in the lanes.</summary>
internal sealed unsafe class ChannelConvolution<V> : ConvolutionStep<V>
    where V : struct, IVector<V>
{
    /// <summary>Filters larger than this have their gradient computed over the whole batch at once: a sum for each shard would cost too much memory.</summary>
    private const int MostShardWeights = 64 * 1024;

    private readonly DirectForward<V> forward;
    private readonly Arena.Place packed;
    private readonly DirectDataGradient<V>? dataGradient;
    private readonly Arena.Place packedTransposed;
    private readonly DirectWeightGradient<V>? weightGradient;
    private readonly ShardSums<V>? sums;
    private readonly ParameterSegment weights;

    public ChannelConvolution(PlanContext<V> context, PlannedOperation operation)
        : base(context, operation)
    {
        weights = context.Segment(operation, Layers.ParameterSpec.Weight);
        forward = new DirectForward<V>(Geometry, X.Pattern.RowPitch);
        packed = context.Arena.Reserve(forward.PackedLength);
        if (!context.IsTraining)
        {
            return;
        }

        if (Dx != null)
        {
            dataGradient = new DirectDataGradient<V>(Geometry, Dy.Pattern.RowPitch);
            packedTransposed = context.Arena.Reserve(dataGradient.PackedLength);
        }

        weightGradient = new DirectWeightGradient<V>(Geometry);

        // Where connections are expanded the whole gradient is not that of the parameters: it needs a place of its own.
        sums = IsExpanded || Geometry.WeightCount <= MostShardWeights ? new ShardSums<V>(context, Geometry.WeightCount) : null;
    }

    // Connections are expanded before filters are packed: then that is one piece.
    public override IEnumerable<BatchPass> Prepare =>
        [IsExpanded ? new BatchPass(1, (_, _) => PackAll()) : new BatchPass(PackPieces, (_, piece) => Pack(piece))];

    public override IEnumerable<Pass> Backward =>
        sums != null ? base.Backward : [.. base.Backward, new BatchPass(weightGradient!.Pieces, (_, piece) => RunWeightGradient(piece))];

    private int PackPieces => forward.PackPieces + (dataGradient?.PackPieces ?? 0);

    protected override void RunForward(in Slice slice)
    {
        Planes x = X.View(slice);
        Planes y = Y.View(slice);
        for (int image = 0; image < slice.Count; image++)
        {
            for (int band = 0; band < forward.Bands; band++)
            {
                forward.Run(x, y, image, band, packed.Data, Bias, Rectify);
            }
        }
    }

    protected override void RunGradients(in Slice slice, Planes dy)
    {
        if (sums != null)
        {
            weightGradient!.Run(X.View(slice), dy, sums[slice.Shard], 0, weightGradient.Pieces, accumulate: !slice.IsFirstOfShard);
        }

        if (dataGradient != null)
        {
            Planes dx = Dx!.View(slice);
            for (int image = 0; image < slice.Count; image++)
            {
                for (int row = 0; row < dx.Height; row++)
                {
                    dataGradient.Run(dy, dx, image, row, packedTransposed.Data);
                }
            }
        }
    }

    protected override void AddUpWeights(float* gradient) => sums?.SumTo(gradient);

    private void RunWeightGradient(int piece)
    {
        int images = Context.Live.Count;
        weightGradient!.Run(X.View(images), Dy.View(images), Context.GradientOf(weights), piece, piece + 1, accumulate: false);
    }

    private void PackAll()
    {
        ExpandConnections();
        for (int piece = 0; piece < PackPieces; piece++)
        {
            Pack(piece);
        }
    }

    private void Pack(int piece)
    {
        if (piece < forward.PackPieces)
        {
            forward.Pack(Weights, packed.Data, piece);
        }
        else
        {
            dataGradient!.Pack(Weights, packedTransposed.Data, piece - forward.PackPieces);
        }
    }
}
