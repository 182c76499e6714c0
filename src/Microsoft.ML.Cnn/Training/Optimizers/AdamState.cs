using Microsoft.ML.Cnn.Kernels.Optimizers;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Training.Optimizers;

/// <summary>How the running moments of <see cref="Adam"/> and <see cref="AdamW"/> forget.</summary>
internal readonly record struct AdamMoments(float Beta1, float Beta2, float Epsilon);

/// <summary><see cref="Adam"/> and <see cref="AdamW"/> at work: the means of gradients and of their squares.</summary>
internal sealed unsafe class AdamState<V>(AdamMoments moments, float weightDecay, bool decoupled, OptimizerTarget target)
    : OptimizerState(target, moments: 2)
    where V : struct, IVector<V>
{
    private double rate;
    private double correction1;
    private double correction2;

    protected override void Begin(float rate)
    {
        this.rate = rate;
        correction1 = 1 - Math.Pow(moments.Beta1, Steps);
        correction2 = 1 - Math.Pow(moments.Beta2, Steps);
    }

    protected override void Update(Piece piece)
    {
        double pieceRate = rate * piece.RateMultiplier;
        double decay = piece.Decay ? weightDecay : 0;
        AdamStep step = new(
            moments.Beta1,
            moments.Beta2,
            moments.Epsilon,
            Rate: (float)(pieceRate / correction1),
            RootScale: (float)(1 / Math.Sqrt(correction2)),
            GradientDecay: decoupled ? 0 : (float)decay,
            Keep: decoupled ? (float)(1 - pieceRate * decay) : 1
        );
        AdamKernel.Descend<V>(
            Parameters + piece.Offset,
            Gradients + piece.Offset,
            Moment(0) + piece.Offset,
            Moment(1) + piece.Offset,
            piece.Length,
            step
        );
    }
}
