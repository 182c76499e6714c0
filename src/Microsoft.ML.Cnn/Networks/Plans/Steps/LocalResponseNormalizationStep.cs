using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;
using Microsoft.ML.Cnn.Networks.Plans.Memory;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>Local response normalization. Powers of the denominators are kept from the forward pass to the backward one, where there is one.</summary>
internal sealed unsafe class LocalResponseNormalizationStep<V> : MapStep<V>
    where V : struct, IVector<V>
{
    private readonly ResponseNormalization constants;
    private readonly Blob kept;
    private readonly Workspace workspace;

    public LocalResponseNormalizationStep(PlanContext<V> context, PlannedOperation operation)
        : base(context, operation)
    {
        LocalResponseNormalizationPrimitive primitive = (LocalResponseNormalizationPrimitive)operation.Primitive;
        constants = new ResponseNormalization(primitive.Size, primitive.K, primitive.Alpha, primitive.Beta);
        kept = context.IsTraining ? context.Temporary(operation.Operation.Output) : Y;
        workspace = context.Workspace;
        workspace.NeedForSlice(LocalResponseNormalizationKernel.ScratchLength<V>(Layout, Channels, constants));
    }

    protected override void RunForward(in Slice slice) =>
        LocalResponseNormalizationKernel.Forward<V>(
            Layout,
            Channels,
            X.View(slice),
            Y.View(slice),
            kept.View(slice),
            constants,
            workspace.Of(slice)
        );

    protected override void RunBackward(in Slice slice) =>
        LocalResponseNormalizationKernel.Backward<V>(
            Layout,
            Channels,
            X.View(slice),
            Dy.View(slice),
            Dx!.View(slice),
            kept.View(slice),
            constants,
            workspace.Of(slice)
        );
}
