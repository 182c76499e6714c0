using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>Operations without parameters, each a kernel forward and one backward on the planes of a slice.</summary>
internal abstract class MapStep<V> : Step
    where V : struct, IVector<V>
{
    protected MapStep(PlanContext<V> context, PlannedOperation operation)
    {
        X = context[operation.Operation.Input];
        Y = context[operation.Operation.Output];
        if (context.IsTraining)
        {
            Dx = context.GradientOf(operation.Operation.Input);
            Dy = context.GradientOf(operation.Operation.Output)!;
        }
    }

    public override IEnumerable<Pass> Forward => [new SlicePass(RunForward)];

    public override IEnumerable<Pass> Backward => Dx == null ? [] : [new SlicePass(RunBackward)];

    protected Blob X { get; }

    protected Blob Y { get; }

    protected Blob? Dx { get; }

    protected Blob Dy { get; } = null!;

    protected Layout Layout => X.Layout;

    protected int Channels => X.Channels;

    protected abstract void RunForward(in Slice slice);

    /// <summary>Only where the input has a gradient.</summary>
    protected abstract void RunBackward(in Slice slice);
}

internal sealed class MaxPoolStep<V>(PlanContext<V> context, PlannedOperation operation) : MapStep<V>(context, operation)
    where V : struct, IVector<V>
{
    private readonly WindowGeometry window = ((MaxPoolPrimitive)operation.Primitive).Window;

    protected override void RunForward(in Slice slice) => MaxPooling.Forward<V>(X.View(slice), Y.View(slice), window);

    protected override void RunBackward(in Slice slice) =>
        MaxPooling.Backward<V>(X.View(slice), Y.View(slice), Dy.View(slice), Dx!.View(slice), window);
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

internal sealed class ActivationStep<V, TActivation>(PlanContext<V> context, PlannedOperation operation) : MapStep<V>(context, operation)
    where V : struct, IVector<V>
    where TActivation : struct, IActivation
{
    protected override void RunForward(in Slice slice) => Activation.Forward<V, TActivation>(X.View(slice), Y.View(slice));

    protected override void RunBackward(in Slice slice) =>
        Activation.Backward<V, TActivation>(Y.View(slice), Dy.View(slice), Dx!.View(slice));
}

internal sealed class PadStep<V>(PlanContext<V> context, PlannedOperation operation) : MapStep<V>(context, operation)
    where V : struct, IVector<V>
{
    private readonly PadPrimitive pad = (PadPrimitive)operation.Primitive;

    protected override void RunForward(in Slice slice) =>
        BorderPadding.Forward(X.View(slice), Y.View(slice), pad.Border, pad.Kind, pad.Value);

    protected override void RunBackward(in Slice slice) => BorderPadding.Backward<V>(Dy.View(slice), Dx!.View(slice), pad.Border, pad.Kind);
}

internal sealed unsafe class FlattenStep<V>(PlanContext<V> context, PlannedOperation operation) : MapStep<V>(context, operation)
    where V : struct, IVector<V>
{
    protected override void RunForward(in Slice slice) =>
        LayoutCopy.FromPlanes<V>(Layout, Channels, slice.Count, X.View(slice), RowsOf(Y.View(slice)));

    protected override void RunBackward(in Slice slice) =>
        LayoutCopy.ToPlanes<V>(Layout, Channels, slice.Count, RowsOf(Dy.View(slice)), Dx!.View(slice), InputScaling.None);

    private PixelRows RowsOf(Planes flat) => PixelRows.Interleaved(flat.Data, flat.PlanePitch, X.Shape);
}

internal sealed class DropoutStep<V>(PlanContext<V> context, PlannedOperation operation) : MapStep<V>(context, operation)
    where V : struct, IVector<V>
{
    private readonly float rate = ((DropoutPrimitive)operation.Primitive).Rate;
    private readonly uint layerKey = RandomBits.Key((uint)context.Options.Seed, RandomBits.Key(operation.Operation.Path));

    protected override void RunForward(in Slice slice) =>
        Dropout.Apply<V>(Layout, Channels, X.View(slice), Y.View(slice), rate, NumbersOf(slice));

    protected override void RunBackward(in Slice slice) =>
        Dropout.Apply<V>(Layout, Channels, Dy.View(slice), Dx!.View(slice), rate, NumbersOf(slice));

    private DropoutNumbers NumbersOf(in Slice slice)
    {
        ulong step = (ulong)context.Live.Step;
        int batch = (context.Options.BatchSize + V.Count - 1) / V.Count * V.Count;
        return new DropoutNumbers(RandomBits.Key(layerKey, (uint)step, (uint)(step >> 32)), (uint)slice.First, (uint)batch);
    }
}
