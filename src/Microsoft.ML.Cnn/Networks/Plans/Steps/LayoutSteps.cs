using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

internal sealed class PadStep<V>(PlanContext<V> context, PlannedOperation operation) : MapStep<V>(context, operation)
    where V : struct, IVector<V>
{
    private readonly PadPrimitive pad = (PadPrimitive)operation.Primitive;

    public override string Algorithm => "border written";

    protected override void RunForward(in Slice slice) =>
        BorderPadding.Forward(X.View(slice), Y.View(slice), pad.Border, pad.Kind, pad.Value);

    protected override void RunBackward(in Slice slice) => BorderPadding.Backward<V>(Dy.View(slice), Dx!.View(slice), pad.Border, pad.Kind);
}

internal sealed unsafe class FlattenStep<V>(PlanContext<V> context, PlannedOperation operation) : MapStep<V>(context, operation)
    where V : struct, IVector<V>
{
    private readonly PixelOrder order = ((FlattenPrimitive)operation.Primitive).Order;

    public override string Algorithm => "copy";

    protected override void RunForward(in Slice slice) =>
        LayoutCopy.FromPlanes<V>(Layout, Channels, slice.Count, X.View(slice), RowsOf(Y.View(slice)));

    protected override void RunBackward(in Slice slice) =>
        LayoutCopy.ToPlanes<V>(Layout, Channels, slice.Count, RowsOf(Dy.View(slice)), Dx!.View(slice), InputScaling.None);

    private PixelRows RowsOf(Planes flat) =>
        order == PixelOrder.Planar
            ? PixelRows.Planar(flat.Data, flat.PlanePitch, X.Shape)
            : PixelRows.Interleaved(flat.Data, flat.PlanePitch, X.Shape);
}
