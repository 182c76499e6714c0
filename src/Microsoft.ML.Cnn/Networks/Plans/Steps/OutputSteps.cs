using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Networks.Plans.Memory;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>Writes scores where the caller wants them.</summary>
internal sealed unsafe class ScoreStep<V>(PlanContext<V> context, Value value) : Step
    where V : struct, IVector<V>
{
    private readonly Blob output = context[value];

    public override IEnumerable<Pass> Forward => [new SlicePass(Run)];

    public override IEnumerable<Pass> Backward => [];

    private void Run(in Slice slice)
    {
        Planes rows = output.View(slice);
        float* scores = context.Live.Scores + (nint)slice.First * output.Channels;
        if (context.Model.Output == ModelOutput.Softmax)
        {
            Softmax.Forward<V>(slice.Count, output.Channels, rows.Data, rows.PlanePitch, scores, output.Channels);
        }
        else
        {
            new ReadOnlySpan<float>(rows.Data, slice.Count * output.Channels).CopyTo(
                new Span<float>(scores, slice.Count * output.Channels)
            );
        }
    }
}

/// <summary>Softmax cross-entropy of the last values and, when training, its gradient.</summary>
internal sealed unsafe class LossStep<V> : Step
    where V : struct, IVector<V>
{
    private readonly PlanContext<V> context;
    private readonly Blob output;
    private readonly Blob gradient;
    private readonly ClassificationSums[] sums;

    public LossStep(PlanContext<V> context, Value value)
    {
        this.context = context;
        output = context[value];
        gradient = context.GradientOf(value)!;
        sums = new ClassificationSums[context.Slicing.Slices];
    }

    public override IEnumerable<Pass> Forward => [new SlicePass(Run)];

    public override IEnumerable<Pass> Backward => [];

    /// <summary>The sums of the latest batch, its slices added in their order.</summary>
    public BatchResult Result
    {
        get
        {
            ClassificationSums total = default;
            for (int slice = 0; slice < context.Slicing.SlicesOf(context.Live.Count); slice++)
            {
                total += sums[slice];
            }

            return new BatchResult(total.Loss, context.Live.TotalWeight, total.CorrectWeight);
        }
    }

    private void Run(in Slice slice)
    {
        Planes rows = output.View(slice);
        Planes gradients = gradient.View(slice);
        double weight = context.Live.TotalWeight;
        fixed (int* labels = &context.Live.Source.Labels[slice.First])
        fixed (float* weights = &context.Live.Source.Weights[slice.First])
        {
            sums[slice.Index] = SoftmaxCrossEntropyKernel.Run<V>(
                slice.Count,
                output.Channels,
                rows.Data,
                rows.PlanePitch,
                labels,
                weights,
                weight > 0 ? (float)(1 / weight) : 0,
                gradients.Data,
                gradients.PlanePitch
            );
        }
    }
}
