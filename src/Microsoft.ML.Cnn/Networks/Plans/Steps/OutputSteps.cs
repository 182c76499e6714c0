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
        Span<float> target = new(scores, slice.Count * output.Channels);
        switch (context.Model.Output)
        {
            case ModelOutput.Softmax:
                Softmax.Forward<V>(slice.Count, output.Channels, rows.Data, rows.PlanePitch, scores, output.Channels);
                break;
            case ModelOutput.Sigmoid:
                Logistic.Of(new ReadOnlySpan<float>(rows.Data, target.Length), target);
                break;
            default:
                new ReadOnlySpan<float>(rows.Data, target.Length).CopyTo(target);
                break;
        }
    }
}
