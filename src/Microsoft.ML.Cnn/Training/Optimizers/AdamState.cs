using Microsoft.ML.Cnn.Kernels.Optimizers;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Training.Optimizers;

/// <summary>How the running moments of <see cref="Adam"/> and <see cref="AdamW"/> forget.</summary>
internal readonly record struct AdamMoments(float Beta1, float Beta2, float Epsilon)
{
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static AdamMoments Of(float beta1, float beta2, float epsilon) =>
        new(OptimizerCheck.Fraction(beta1), OptimizerCheck.Fraction(beta2), OptimizerCheck.Epsilon(epsilon));
}

/// <summary><see cref="Adam"/> and <see cref="AdamW"/> at work: the means of gradients and of their squares.</summary>
internal sealed unsafe class AdamState<V>(Optimizer optimizer, AdamMoments moments, bool decoupled, OptimizerTarget target)
    : OptimizerState(target, optimizer)
    where V : struct, IVector<V>
{
    private double rate;
    private double correction1;
    private double correction2;

    protected override void Prepare(float rate, long step)
    {
        this.rate = rate;
        correction1 = 1 - Math.Pow(moments.Beta1, step);
        correction2 = 1 - Math.Pow(moments.Beta2, step);
    }

    protected override void Update(ParameterPiece piece, float* gradients)
    {
        double pieceRate = rate * piece.RateMultiplier;
        double decay = piece.WeightDecay;
        AdamStep step = new(
            moments.Beta1,
            moments.Beta2,
            moments.Epsilon,
            Rate: (float)(pieceRate / correction1),
            RootScale: (float)(1 / Math.Sqrt(correction2)),
            GradientDecay: decoupled ? 0 : (float)decay,
            Keep: decoupled ? (float)(1 - pieceRate * decay) : 1
        );
        Descent.Run<V, AdamDescent>(
            new(Parameters + piece.Offset, gradients, Moment(0) + piece.Offset, Moment(1) + piece.Offset, step),
            piece.Length
        );
    }
}
