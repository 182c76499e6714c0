using Microsoft.ML.Cnn.Kernels.Convolution;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;
using Microsoft.ML.Cnn.Networks.Plans.Memory;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>Convolution with images in the lanes, by fewer products than its definition has where sums are short; the gradient of its input directly.</summary>
internal sealed unsafe class ShallowConvolution<V> : LaneConvolutionStep<V>
    where V : struct, IVector<V>
{
    private readonly ShallowWinograd<V> sizes;
    private readonly ShallowForward<V> forward;
    private readonly LaneDataGradient<V>? dataGradient;
    private readonly ShallowWeightGradient<V>? weightGradient;
    private readonly Arena.Place filters;
    private readonly ShardSums<V>? pointSums;

    public ShallowConvolution(PlanContext<V> context, PlannedOperation operation)
        : base(context, operation)
    {
        sizes = new ShallowWinograd<V>(Geometry);
        forward = new ShallowForward<V>(sizes);
        filters = context.Prepared.Reserve(sizes.FilterGroups * sizes.GroupLength);
        context.Workspace.NeedForSlice(sizes.InputLength);
        dataGradient = Dx == null ? null : new LaneDataGradient<V>(Geometry, Dy.Pattern);
        if (context.IsTraining && Filters.WeightsLearn)
        {
            weightGradient = new ShallowWeightGradient<V>(sizes);
            pointSums = new ShardSums<V>(context, sizes.GradientLength);
            context.Workspace.NeedForSlice(weightGradient.ScratchLength);
        }
    }

    protected override string Name => "Winograd along rows";

    protected override void RunForward(in Slice slice)
    {
        Planes x = X.View(slice);
        Planes y = Y.View(slice);
        for (int group = 0; group < GroupsOf(slice); group++)
        {
            forward.Run(x, y, group, filters.Data, LaneBias, Rectify, Context.Workspace.Of(slice));
        }
    }

    protected override void RunGradients(in Slice slice)
    {
        Planes dy = Dy.View(slice);
        Planes x = X.View(slice);
        float* scratch = Context.Workspace.Of(slice);
        for (int group = 0; group < GroupsOf(slice); group++)
        {
            weightGradient?.Run(x, dy, group, pointSums![slice.Shard], accumulate: !slice.IsFirstOfShard || group > 0, scratch);
            dataGradient?.Run(dy, Dx!.View(slice), group, Filters.Weights);
        }
    }

    protected override void AddUpWeights(float* gradient)
    {
        pointSums!.SumTo(pointSums[0]);
        sizes.AddUpPoints(pointSums[0], gradient);
    }

    protected override void PrepareFilters() => sizes.TransformFilters(Filters.Weights, filters.Data);
}
