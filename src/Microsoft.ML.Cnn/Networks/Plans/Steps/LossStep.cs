using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Networks.Plans.Memory;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>The loss of the last values and, when training, its gradient.</summary>
internal abstract unsafe class LossStep<V> : Step
    where V : struct, IVector<V>
{
    private readonly PlanContext<V> context;
    private readonly Blob output;
    private readonly Blob gradient;
    private readonly LossSums[] sums;

    private protected LossStep(PlanContext<V> context, Value value)
    {
        this.context = context;
        output = context[value];
        gradient = context.GradientOf(value)!;
        sums = new LossSums[context.Slicing.Slices];
    }

    public override IEnumerable<Pass> Forward => [new SlicePass(Run)];

    public override IEnumerable<Pass> Backward => [];

    /// <summary>The sums of the latest batch, its slices added in their order.</summary>
    public BatchResult Result
    {
        get
        {
            LossSums total = default;
            for (int slice = 0; slice < context.Slicing.SlicesOf(context.Live.Count); slice++)
            {
                total += sums[slice];
            }

            return new BatchResult(total.Loss, context.Live.TotalWeight, total.CorrectWeight, total.SquaredError);
        }
    }

    protected LiveBatch Live => context.Live;

    protected float InverseTotalWeight => Live.TotalWeight > 0 ? (float)(1 / Live.TotalWeight) : 0;

    /// <summary>The step of the loss that the plan is compiled for.</summary>
    public static LossStep<V> Create(PlanContext<V> context, Value value) =>
        context.Options.Loss switch
        {
            null => new SoftmaxLossStep<V>(context, value, smoothing: 0),
            SoftmaxCrossEntropy loss => new SoftmaxLossStep<V>(context, value, loss.LabelSmoothing),
            SigmoidCrossEntropy loss => new ElementLossStep<V, SigmoidCrossEntropyFunction>(context, value, new(loss.LabelSmoothing)),
            SquaredLoss => new ElementLossStep<V, SquaredFunction>(context, value, default),
            HuberLoss loss => new ElementLossStep<V, HuberFunction>(context, value, new(loss.Delta)),
            _ => throw new InvalidOperationException($"There is no step for {context.Options.Loss}."),
        };

    /// <param name="slice">Rows of the batch.</param>
    /// <param name="rows">Their outputs, one row a plane.</param>
    /// <param name="gradients">Receives the gradient.</param>
    protected abstract LossSums Run(in Slice slice, Planes rows, Planes gradients);

    private void Run(in Slice slice) => sums[slice.Index] = Run(slice, output.View(slice), gradient.View(slice));
}

/// <summary>Of rows that are labelled with a class.</summary>
internal sealed unsafe class SoftmaxLossStep<V>(PlanContext<V> context, Value value, float smoothing) : LossStep<V>(context, value)
    where V : struct, IVector<V>
{
    private readonly int classes = context[value].Channels;

    protected override LossSums Run(in Slice slice, Planes rows, Planes gradients)
    {
        fixed (int* labels = &Live.Source.Labels[slice.First])
        fixed (float* weights = &Live.Source.Weights[slice.First])
        fixed (int* secondLabels = &Live.Source.SecondLabels[slice.First])
        fixed (float* secondWeights = &Live.Source.SecondWeights[slice.First])
        {
            return SoftmaxCrossEntropyKernel.Run<V>(
                slice.Count,
                classes,
                rows.Data,
                rows.PlanePitch,
                new ClassLabels(labels, weights, secondLabels, secondWeights),
                InverseTotalWeight,
                gradients.Data,
                gradients.PlanePitch,
                smoothing
            );
        }
    }
}

/// <summary>Of rows that bring a target for each output along.</summary>
internal sealed unsafe class ElementLossStep<V, TLoss>(PlanContext<V> context, Value value, TLoss function) : LossStep<V>(context, value)
    where V : struct, IVector<V>
    where TLoss : struct, IElementLoss
{
    private readonly int outputs = context[value].Channels;
    private readonly float[]? errorScales = context.Options.ErrorScales;

    protected override LossSums Run(in Slice slice, Planes rows, Planes gradients)
    {
        Batch batch = Live.Source;
        fixed (float* weights = &batch.Weights[slice.First])
        fixed (float* scales = errorScales)
        {
            return ElementLossKernel<V, TLoss>.Run(
                function,
                slice.Count,
                outputs,
                rows.Data,
                rows.PlanePitch,
                batch.Targets(slice.First),
                batch.RowLength,
                weights,
                InverseTotalWeight,
                gradients.Data,
                gradients.PlanePitch,
                scales
            );
        }
    }
}
