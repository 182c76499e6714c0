using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Networks.Plans.Memory;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>Brings the rows of a batch into the network: its layout, its order of pixels, normalized.</summary>
internal sealed unsafe class InputStep<V> : Step
    where V : struct, IVector<V>
{
    private readonly PlanContext<V> context;
    private readonly Blob input;
    private readonly Arena.Place offsets;
    private readonly Arena.Place scales;

    public InputStep(PlanContext<V> context, Value value)
    {
        this.context = context;
        input = context[value];
        offsets = context.Prepared.Reserve(input.Channels);
        scales = context.Prepared.Reserve(input.Channels);
    }

    public override IEnumerable<BatchPass> Prepare => [new BatchPass(1, (_, _) => CopyNormalization())];

    public override IEnumerable<Pass> Forward => [new SlicePass(Run)];

    public override IEnumerable<Pass> Backward => [];

    private void CopyNormalization()
    {
        context.Model.Normalization.Offsets.CopyTo(new Span<float>(offsets.Data, input.Channels));
        context.Model.Normalization.Scales.CopyTo(new Span<float>(scales.Data, input.Channels));
    }

    private void Run(in Slice slice)
    {
        nint pitch = context.Live.Source.RowLength;
        float* first = context.Live.Pixels + slice.First * pitch;
        PixelRows rows =
            context.Model.PixelOrder == PixelOrder.Planar
                ? PixelRows.Planar(first, pitch, input.Shape)
                : PixelRows.Interleaved(first, pitch, input.Shape);
        LayoutCopy.ToPlanes<V>(
            input.Layout,
            input.Channels,
            slice.Count,
            rows,
            input.View(slice),
            new InputScaling((nint)offsets.Data, (nint)scales.Data)
        );
    }
}
