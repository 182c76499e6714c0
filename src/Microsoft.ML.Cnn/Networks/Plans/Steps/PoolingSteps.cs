using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

internal sealed class MaxPoolStep<V>(PlanContext<V> context, PlannedOperation operation) : MapStep<V>(context, operation)
    where V : struct, IVector<V>
{
    private readonly WindowGeometry window = ((MaxPoolPrimitive)operation.Primitive).Window;
    private readonly float floor = operation.Rectify ? 0 : float.NegativeInfinity;

    protected override void RunForward(in Slice slice) => MaxPooling.Forward<V>(X.View(slice), Y.View(slice), window, floor);

    protected override void RunBackward(in Slice slice) =>
        MaxPooling.Backward<V>(X.View(slice), Y.View(slice), Dy.View(slice), Dx!.View(slice), window, floor);
}

internal sealed class AveragePoolStep<V>(PlanContext<V> context, PlannedOperation operation) : MapStep<V>(context, operation)
    where V : struct, IVector<V>
{
    private readonly AveragePoolPrimitive pool = (AveragePoolPrimitive)operation.Primitive;

    protected override void RunForward(in Slice slice) =>
        AveragePooling.Forward<V>(X.View(slice), Y.View(slice), pool.Window, pool.CountPadding);

    protected override void RunBackward(in Slice slice) =>
        AveragePooling.Backward<V>(Dy.View(slice), Dx!.View(slice), pool.Window, pool.CountPadding);
}

internal sealed class AdaptiveAveragePoolStep<V>(PlanContext<V> context, PlannedOperation operation) : MapStep<V>(context, operation)
    where V : struct, IVector<V>
{
    protected override void RunForward(in Slice slice) => AdaptiveAveragePooling.Forward<V>(X.View(slice), Y.View(slice));

    protected override void RunBackward(in Slice slice) => AdaptiveAveragePooling.Backward<V>(Dy.View(slice), Dx!.View(slice));
}
