using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>
/// Batch normalization by the running statistics: when predicting, where there is no convolution before it to fold it into, and when training, where it is
/// frozen.
/// </summary>
internal sealed unsafe class FrozenBatchNormalizationStep<V> : MapStep<V>
    where V : struct, IVector<V>
{
    private readonly FoldedNormalization<V> normalization;
    private readonly bool rectify;

    public FrozenBatchNormalizationStep(PlanContext<V> context, PlannedOperation operation)
        : base(context, operation) =>
        (normalization, rectify) = (new FoldedNormalization<V>(context, operation.Operation, Channels), operation.Rectify);

    public override IEnumerable<BatchPass> Prepare => [new BatchPass(1, (_, _) => normalization.Freeze())];

    protected override void RunForward(in Slice slice) =>
        ChannelAffine.Forward<V>(Layout, Channels, X.View(slice), Y.View(slice), normalization.Scale, normalization.Shift, rectify);

    protected override void RunBackward(in Slice slice)
    {
        if (rectify)
        {
            Activation.Rectify<V>(Y.View(slice), Dy.View(slice));
        }

        ChannelAffine.Backward<V>(Layout, Channels, Dy.View(slice), Dx!.View(slice), normalization.Scale);
    }
}
