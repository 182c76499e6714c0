using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>Dropout. Its numbers follow from the seed, the layer's path, the step, the image's place in the batch and the element.</summary>
internal sealed class DropoutStep<V> : MapStep<V>
    where V : struct, IVector<V>
{
    private readonly PlanContext<V> context;
    private readonly float rate;
    private readonly uint layerKey;

    public DropoutStep(PlanContext<V> context, PlannedOperation operation)
        : base(context, operation)
    {
        this.context = context;
        rate = ((DropoutPrimitive)operation.Primitive).Rate;
        layerKey = RandomBits.Key((uint)context.Options.Seed, RandomBits.Key(operation.Operation.Path));
    }

    protected override void RunForward(in Slice slice) =>
        DropoutKernel.Apply<V>(Layout, Channels, X.View(slice), Y.View(slice), rate, NumbersOf(slice));

    protected override void RunBackward(in Slice slice) =>
        DropoutKernel.Apply<V>(Layout, Channels, Dy.View(slice), Dx!.View(slice), rate, NumbersOf(slice));

    private DropoutNumbers NumbersOf(in Slice slice)
    {
        ulong step = (ulong)context.Live.Step;
        int batch = (context.Options.BatchSize + V.Count - 1) / V.Count * V.Count;
        return new DropoutNumbers(RandomBits.Key(layerKey, (uint)step, (uint)(step >> 32)), (uint)slice.First, (uint)batch);
    }
}
