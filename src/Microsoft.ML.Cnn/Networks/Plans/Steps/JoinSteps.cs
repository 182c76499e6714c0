using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;
using Microsoft.ML.Cnn.Networks.Plans.Memory;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>Operations that read several values.</summary>
internal abstract class JoinStep<V> : Step
    where V : struct, IVector<V>
{
    protected JoinStep(PlanContext<V> context, PlannedOperation operation)
    {
        Y = context[operation.Operation.Output];
        X = [.. operation.Operation.Inputs.Select(input => context[input])];
        if (context.IsTraining)
        {
            Dy = context.GradientOf(operation.Operation.Output)!;
            Dx = [.. context.InputGradients(operation)];
        }
    }

    public override IEnumerable<Pass> Forward => [new SlicePass(RunForward)];

    public override IEnumerable<Pass> Backward => Dx.Any(gradient => gradient != null) ? [new SlicePass(RunBackward)] : [];

    protected Blob[] X { get; }

    protected Blob Y { get; }

    /// <summary>Null where nothing before learns.</summary>
    protected Blob?[] Dx { get; } = [];

    protected Blob Dy { get; } = null!;

    protected abstract void RunForward(in Slice slice);

    protected abstract void RunBackward(in Slice slice);
}

/// <summary>The sum of two values, and a ReLU where one follows. Both gradients are that of the sum.</summary>
internal sealed class SumStep<V>(PlanContext<V> context, PlannedOperation operation) : JoinStep<V>(context, operation)
    where V : struct, IVector<V>
{
    private readonly bool rectify = operation.Rectify;

    protected override void RunForward(in Slice slice) => Addition.Run<V>(X[0].View(slice), X[1].View(slice), Y.View(slice), rectify);

    protected override void RunBackward(in Slice slice)
    {
        Planes dy = Dy.View(slice);
        if (rectify)
        {
            Activation.Rectify<V>(Y.View(slice), dy);
        }

        foreach (Blob? dx in Dx)
        {
            if (dx != null)
            {
                ChannelCopy.Run(dy, 0, dx.View(slice), 0, dx.Channels);
            }
        }
    }
}

/// <summary>The channels of several values side by side.</summary>
internal sealed class ConcatenationStep<V>(PlanContext<V> context, PlannedOperation operation) : JoinStep<V>(context, operation)
    where V : struct, IVector<V>
{
    protected override void RunForward(in Slice slice)
    {
        int channel = 0;
        foreach (Blob x in X)
        {
            ChannelCopy.Run(x.View(slice), 0, Y.View(slice), channel, x.Channels);
            channel += x.Channels;
        }
    }

    protected override void RunBackward(in Slice slice)
    {
        int channel = 0;
        for (int i = 0; i < X.Length; i++)
        {
            if (Dx[i] is Blob dx)
            {
                ChannelCopy.Run(Dy.View(slice), channel, dx.View(slice), 0, dx.Channels);
            }

            channel += X[i].Channels;
        }
    }
}
