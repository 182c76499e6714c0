using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;
using Microsoft.ML.Cnn.Networks.Plans.Memory;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>A small dense layer: it goes with its slice, by weights packed once a step.</summary>
internal sealed unsafe class SliceDense<V> : DenseStep<V>
    where V : struct, IVector<V>
{
    private readonly Arena.Place packed;
    private readonly Arena.Place packedTransposed;

    public SliceDense(PlanContext<V> context, PlannedOperation operation)
        : base(context, operation)
    {
        packed = context.Prepared.Reserve(PanelGemm<V>.PackedLength(Inputs, Outputs));
        packedTransposed = Dx == null ? default : context.Prepared.Reserve(PanelGemm<V>.PackedLength(Outputs, Inputs));
    }

    public override IEnumerable<BatchPass> Prepare =>
        [
            new BatchPass(OutputPanels, (_, panel) => PanelGemm<V>.Pack(Weights, panel, packed.Data)),
            new BatchPass(Dx == null ? 0 : InputPanels, (_, panel) => PanelGemm<V>.Pack(Weights.Transposed, panel, packedTransposed.Data)),
        ];

    public override IEnumerable<Pass> Forward => [new SlicePass(RunForward)];

    protected override string Name => "packed panels";

    private int OutputPanels => PanelGemm<V>.Panels(Outputs);

    private int InputPanels => PanelGemm<V>.Panels(Inputs);

    protected override void RunGradients(in Slice slice)
    {
        base.RunGradients(slice);
        if (Dx == null)
        {
            return;
        }

        Matrix dy = Blob.Rows(Dy!.View(slice));
        Matrix dx = Blob.Rows(Dx.View(slice));
        for (int panel = 0; panel < InputPanels; panel++)
        {
            PanelGemm<V>.MultiplyPacked(dy, packedTransposed.Data, dx, panel);
        }
    }

    private void RunForward(in Slice slice)
    {
        Matrix x = Blob.Rows(X.View(slice));
        Matrix y = Blob.Rows(Y.View(slice));
        for (int panel = 0; panel < OutputPanels; panel++)
        {
            PanelGemm<V>.MultiplyPacked(x, packed.Data, y, panel, Bias, Rectify);
        }
    }
}
