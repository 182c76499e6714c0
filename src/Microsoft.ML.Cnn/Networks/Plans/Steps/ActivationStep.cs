using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

internal sealed class ActivationStep<V, TActivation>(PlanContext<V> context, PlannedOperation operation, TActivation activation = default)
    : MapStep<V>(context, operation)
    where V : struct, IVector<V>
    where TActivation : struct, IActivation
{
    protected override void RunForward(in Slice slice) => Activation.Forward<V, TActivation>(X.View(slice), Y.View(slice), activation);

    protected override void RunBackward(in Slice slice) =>
        Activation.Backward<V, TActivation>((TActivation.ReadsInput ? X : Y).View(slice), Dy.View(slice), Dx!.View(slice), activation);
}
