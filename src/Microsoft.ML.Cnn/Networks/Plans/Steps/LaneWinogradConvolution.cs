using Microsoft.ML.Cnn.Kernels.Convolution;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;
using Microsoft.ML.Cnn.Networks.Plans.Memory;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>Convolution with images in the lanes, by fewer products than its definition has.</summary>
internal sealed unsafe class LaneWinogradConvolution<V> : LaneConvolutionStep<V>
    where V : struct, IVector<V>
{
    private readonly LaneWinograd<V> sizes;
    private readonly LaneWinogradForward<V> forward;
    private readonly LaneWinogradGradients<V>? gradients;
    private readonly Arena.Place filters;
    private readonly ShardSums<V>? pointSums;

    public LaneWinogradConvolution(PlanContext<V> context, PlannedOperation operation)
        : base(context, operation)
    {
        sizes = new LaneWinograd<V>(Geometry);
        forward = new LaneWinogradForward<V>(sizes);
        filters = context.Prepared.Reserve(sizes.FiltersLength);
        context.Workspace.NeedForSlice(InputLength + forward.ScratchLength);
        if (context.IsTraining)
        {
            gradients = new LaneWinogradGradients<V>(sizes);
            pointSums = Filters.WeightsLearn ? new ShardSums<V>(context, sizes.FiltersLength) : null;
            context.Workspace.NeedForSlice(InputLength + GradientLength + gradients.ScratchLength);
        }
    }

    private nint InputLength => (nint)AlignedBuffer.RoundUp(sizes.Input.Length);

    private nint GradientLength => (nint)AlignedBuffer.RoundUp(sizes.Gradient.Length);

    protected override string Name => "Winograd along rows";

    protected override void RunForward(in Slice slice)
    {
        Planes x = X.View(slice);
        Planes y = Y.View(slice);
        float* inputs = Context.Workspace.Of(slice);
        for (int group = 0; group < GroupsOf(slice); group++)
        {
            forward.TransformInput(x, group, inputs);
            forward.Run(inputs, y, group, filters.Data, LaneBias, Rectify, inputs + InputLength);
        }
    }

    protected override void RunGradients(in Slice slice)
    {
        Planes dy = Dy.View(slice);
        Planes x = X.View(slice);
        float* inputs = Context.Workspace.Of(slice);
        float* gradient = inputs + InputLength;
        float* scratch = gradient + GradientLength;
        for (int group = 0; group < GroupsOf(slice); group++)
        {
            gradients!.TransformGradient(dy, group, gradient);
            if (pointSums != null)
            {
                forward.TransformInput(x, group, inputs);
                gradients.RunWeights(inputs, gradient, pointSums[slice.Shard], accumulate: !slice.IsFirstOfShard || group > 0, scratch);
            }

            if (Dx != null)
            {
                gradients.RunData(filters.Data, gradient, Dx.View(slice), group, scratch);
            }
        }
    }

    protected override void AddUpWeights(float* gradient)
    {
        pointSums!.SumTo(pointSums[0]);
        sizes.AddUpPoints(pointSums[0], gradient);
    }

    protected override void PrepareFilters() => sizes.TransformFilters(Filters.Weights, filters.Data);
}
