using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;
using Microsoft.ML.Cnn.Networks.Plans.Memory;
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
            Dx = context.InputGradient(operation);
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
