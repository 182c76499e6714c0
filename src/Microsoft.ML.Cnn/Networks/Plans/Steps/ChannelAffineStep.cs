using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>A trainable coefficient and bias for each channel.</summary>
internal sealed unsafe class ChannelAffineStep<V> : MapStep<V>
    where V : struct, IVector<V>
{
    private readonly PlanContext<V> context;
    private readonly ParameterSegment scale;
    private readonly ParameterSegment shift;
    private readonly ShardDoubles<V>? sums;

    public ChannelAffineStep(PlanContext<V> context, PlannedOperation operation)
        : base(context, operation)
    {
        this.context = context;
        scale = context.Segment(operation, ParameterSpec.Weight);
        shift = context.Segment(operation, ParameterSpec.Bias);
        sums = context.Learns(operation) ? new ShardDoubles<V>(context, 2L * Channels) : null;
    }

    public override IEnumerable<Pass> Backward => sums == null ? base.Backward : [new SlicePass(RunParameterGradients), .. base.Backward];

    public override IEnumerable<BatchPass> Reduce => sums == null ? [] : [new BatchPass(1, (_, _) => AddUp())];

    protected override void RunForward(in Slice slice) =>
        ChannelAffine.Forward<V>(Layout, Channels, X.View(slice), Y.View(slice), context.Parameter(scale), context.Parameter(shift));

    protected override void RunBackward(in Slice slice) =>
        ChannelAffine.Backward<V>(Layout, Channels, Dy.View(slice), Dx!.View(slice), context.Parameter(scale));

    private void RunParameterGradients(in Slice slice)
    {
        double* sum = sums!.Begin(slice);
        ChannelAffine.ParameterGradients<V>(Layout, Channels, slice.Count, X.View(slice), Dy.View(slice), sum, sum + Channels);
    }

    private void AddUp()
    {
        double* total = sums!.SumUp();
        float* dscale = context.GradientOf(scale);
        float* dshift = context.GradientOf(shift);
        for (int channel = 0; channel < Channels; channel++)
        {
            dscale[channel] = (float)total[channel];
            dshift[channel] = (float)total[Channels + channel];
        }
    }
}
