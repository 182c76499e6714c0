using Microsoft.ML.Cnn.Kernels.Convolution;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>Convolution with images in the lanes.</summary>
internal sealed unsafe class LaneConvolution<V> : LaneConvolutionStep<V>
    where V : struct, IVector<V>
{
    private readonly LaneForward<V> forward;
    private readonly LaneDataGradient<V>? dataGradient;
    private readonly LaneWeightGradient<V>? weightGradient;
    private readonly ShardSums<V>? laneSums;

    public LaneConvolution(PlanContext<V> context, PlannedOperation operation)
        : base(context, operation)
    {
        forward = new LaneForward<V>(Geometry, X.Pattern);
        if (context.IsTraining)
        {
            dataGradient = Dx == null ? null : new LaneDataGradient<V>(Geometry, Dy.Pattern);
        }

        if (Filters.WeightsLearn)
        {
            weightGradient = new LaneWeightGradient<V>(Geometry, X.Pattern, Dy.Pattern);
            laneSums = new ShardSums<V>(context, weightGradient.SumsLength);
        }
    }

    protected override void RunForward(in Slice slice)
    {
        Planes x = X.View(slice);
        Planes y = Y.View(slice);
        for (int group = 0; group < GroupsOf(slice); group++)
        {
            forward.Run(x, y, group, Filters.Weights, LaneBias, Rectify);
        }
    }

    protected override void RunGradients(in Slice slice)
    {
        Planes dy = Dy.View(slice);
        Planes x = X.View(slice);
        for (int group = 0; group < GroupsOf(slice); group++)
        {
            weightGradient?.Run(x, dy, group, laneSums![slice.Shard], accumulate: !slice.IsFirstOfShard || group > 0);
            dataGradient?.Run(dy, Dx!.View(slice), group, Filters.Weights);
        }
    }

    protected override void AddUpWeights(float* gradient)
    {
        // Shard by shard first, lane by lane then: the lanes of a vector are costly to add up.
        laneSums!.SumTo(laneSums[0]);
        weightGradient!.AddLanes(laneSums[0], gradient);
    }
}
