using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;
using Microsoft.ML.Cnn.Networks.Plans.Memory;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>What a convolution with images in the lanes does however it is computed: each worker carries its slice, a group of lanes at a time.</summary>
internal abstract unsafe class LaneConvolutionStep<V> : ConvolutionStep<V>
    where V : struct, IVector<V>
{
    private readonly Arena.Place laneBias;

    protected LaneConvolutionStep(PlanContext<V> context, PlannedOperation operation)
        : base(context, operation) => laneBias = context.Prepared.Reserve((long)Geometry.OutputChannels * V.Count);

    public sealed override IEnumerable<BatchPass> Prepare => [new BatchPass(1, (_, _) => PrepareAll())];

    public sealed override IEnumerable<Pass> Forward => [new SlicePass(RunForward)];

    protected sealed override IEnumerable<Pass> Gradients => [new SlicePass(RunGradients)];

    /// <summary>A vector of equal numbers for each filter.</summary>
    protected float* LaneBias => laneBias.Data;

    protected static int GroupsOf(in Slice slice) => (slice.Count + V.Count - 1) / V.Count;

    protected abstract void RunForward(in Slice slice);

    protected abstract void RunGradients(in Slice slice);

    /// <summary>What is made of the filters, which have been derived, before they are used.</summary>
    protected virtual void PrepareFilters() { }

    private void PrepareAll()
    {
        Filters.Derive();
        PrepareFilters();
        float* bias = Filters.Bias;
        for (int channel = 0; channel < Geometry.OutputChannels; channel++)
        {
            V.Broadcast(bias == null ? 0 : bias[channel]).Store(LaneBias + (nint)channel * V.Count);
        }
    }
}
