using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;
using Microsoft.ML.Cnn.Networks.Plans.Memory;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>
/// A dense layer. Small ones go with their slice, from weights packed once a step; large ones, whose weights would pass through the cache
/// again for every slice, take the whole batch at once, panel by panel.
/// </summary>
internal sealed unsafe class DenseStep<V> : Step
    where V : struct, IVector<V>
{
    private const int MostSliceWeights = 128 * 1024;
    private const int ReduceLength = 16 * 1024;

    private readonly PlanContext<V> context;
    private readonly int inputs;
    private readonly int outputs;
    private readonly bool rectify;
    private readonly bool isSliced;
    private readonly ParameterSegment weights;
    private readonly ParameterSegment? bias;
    private readonly Blob x;
    private readonly Blob y;
    private readonly Blob? dx;
    private readonly Blob? dy;
    private readonly Arena.Place packed;
    private readonly Arena.Place packedTransposed;
    private readonly Arena.Place scratch;
    private readonly ShardSums<V>? weightSums;
    private readonly ShardSums<V>? biasSums;

    public DenseStep(PlanContext<V> context, PlannedOperation operation)
    {
        this.context = context;
        DensePrimitive primitive = (DensePrimitive)operation.Primitive;
        x = context[operation.Operation.Input];
        y = context[operation.Operation.Output];
        (inputs, outputs, rectify) = (x.Channels, primitive.Outputs, operation.Rectify);
        weights = context.Segment(operation, ParameterSpec.Weight);
        bias = primitive.Bias ? context.Segment(operation, ParameterSpec.Bias) : null;
        isSliced = weights.Length <= MostSliceWeights;
        if (context.IsTraining)
        {
            dx = context.GradientOf(operation.Operation.Input);
            dy = context.GradientOf(operation.Operation.Output);
        }

        // A slice multiplies by its own copy of a panel of scratch, one of each worker's.
        scratch = context.Arena.Reserve((long)context.Options.Threads * PanelGemm<V>.ScratchLength);
        if (isSliced)
        {
            packed = context.Prepared.Reserve(PanelGemm<V>.PackedLength(inputs, outputs));
            packedTransposed = dx == null ? default : context.Arena.Reserve(PanelGemm<V>.PackedLength(outputs, inputs));
        }

        if (context.IsTraining)
        {
            weightSums = isSliced ? new ShardSums<V>(context, weights.Length) : null;
            biasSums = bias == null ? null : new ShardSums<V>(context, outputs);
        }
    }

    public override IEnumerable<BatchPass> Prepare => isSliced ? [new BatchPass(PackPieces, (_, piece) => Pack(piece))] : [];

    public override IEnumerable<Pass> Forward =>
        isSliced ? [new SlicePass(ForwardSlice)] : [new BatchPass(OutputPanels, (worker, panel) => ForwardPanel(worker, panel))];

    public override IEnumerable<Pass> Backward
    {
        get
        {
            yield return new SlicePass(BackwardSlice);
            if (isSliced)
            {
                yield break;
            }

            yield return new BatchPass(OutputPanels, (worker, panel) => WeightGradientPanel(worker, panel));
            if (dx != null)
            {
                yield return new BatchPass(InputPanels, (worker, panel) => DataGradientPanel(worker, panel));
            }
        }
    }

    public override IEnumerable<BatchPass> Reduce =>
        [
            new BatchPass(isSliced ? ReducePieces : 0, (_, piece) => AddUpWeights(piece)),
            new BatchPass(biasSums == null ? 0 : 1, (_, _) => AddUpBias()),
        ];

    private int ReducePieces => (int)((weights.Length + ReduceLength - 1) / ReduceLength);

    private int OutputPanels => PanelGemm<V>.Panels(outputs);

    private int InputPanels => PanelGemm<V>.Panels(inputs);

    private int PackPieces => OutputPanels + (dx == null ? 0 : InputPanels);

    private Matrix Weights => new(context.Parameter(weights), inputs, outputs);

    private float* Bias => bias == null ? null : context.Parameter(bias);

    private void Pack(int piece)
    {
        if (piece < OutputPanels)
        {
            PanelGemm<V>.Pack(Weights, piece, packed.Data);
        }
        else
        {
            PanelGemm<V>.Pack(Weights.Transposed, piece - OutputPanels, packedTransposed.Data);
        }
    }

    private void ForwardSlice(in Slice slice)
    {
        Matrix from = Blob.Rows(x.View(slice));
        Matrix to = Blob.Rows(y.View(slice));
        for (int panel = 0; panel < OutputPanels; panel++)
        {
            PanelGemm<V>.MultiplyPacked(from, packed.Data, to, panel, Bias, rectify);
        }
    }

    private void ForwardPanel(int worker, int panel) =>
        PanelGemm<V>.Multiply(
            Blob.Rows(x.View(context.Live.Count)),
            Weights,
            Blob.Rows(y.View(context.Live.Count)),
            panel,
            ScratchOf(worker),
            Bias,
            rectify
        );

    private void BackwardSlice(in Slice slice)
    {
        Planes gradient = dy!.View(slice);
        if (rectify)
        {
            Activation.Rectify<V>(y.View(slice), gradient);
        }

        if (biasSums != null)
        {
            Reduction.ChannelSums<V>(Layout.Channels, outputs, slice.Count, gradient, biasSums.Begin(slice));
        }

        if (!isSliced)
        {
            return;
        }

        Matrix rows = Blob.Rows(x.View(slice)).Transposed;
        Matrix sums = new(weightSums![slice.Shard], inputs, outputs);
        for (int panel = 0; panel < OutputPanels; panel++)
        {
            PanelGemm<V>.Multiply(rows, Blob.Rows(gradient), sums, panel, ScratchOf(slice.Worker), accumulate: !slice.IsFirstOfShard);
        }

        for (int panel = 0; panel < InputPanels && dx != null; panel++)
        {
            PanelGemm<V>.MultiplyPacked(Blob.Rows(gradient), packedTransposed.Data, Blob.Rows(dx.View(slice)), panel);
        }
    }

    private void WeightGradientPanel(int worker, int panel) =>
        PanelGemm<V>.Multiply(
            Blob.Rows(x.View(context.Live.Count)).Transposed,
            Blob.Rows(dy!.View(context.Live.Count)),
            new Matrix(context.GradientOf(weights), inputs, outputs),
            panel,
            ScratchOf(worker)
        );

    private void DataGradientPanel(int worker, int panel) =>
        PanelGemm<V>.Multiply(
            Blob.Rows(dy!.View(context.Live.Count)),
            Weights.Transposed,
            Blob.Rows(dx!.View(context.Live.Count)),
            panel,
            ScratchOf(worker)
        );

    private void AddUpWeights(int piece)
    {
        long from = (long)piece * ReduceLength;
        weightSums!.SumTo(context.GradientOf(weights), from, Math.Min(weights.Length, from + ReduceLength));
    }

    private void AddUpBias() => biasSums!.SumTo(context.GradientOf(bias!));

    private float* ScratchOf(int worker) => scratch.Data + (nint)worker * PanelGemm<V>.ScratchLength;
}
