using Microsoft.ML.Cnn.Kernels.Optimizers;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Training.Optimizers;

/// <summary><see cref="Sgd"/> at work: its only moment is the velocity, which plain descent does without.</summary>
internal sealed unsafe class SgdState<V>(Sgd optimizer, OptimizerTarget target) : OptimizerState(target, optimizer)
    where V : struct, IVector<V>
{
    private float rate;

    protected override void Prepare(float rate, long step) => this.rate = rate;

    protected override void Update(ParameterPiece piece, float* gradients)
    {
        float* parameters = Parameters + piece.Offset;
        float pieceRate = rate * piece.RateMultiplier;
        if (optimizer.Momentum == 0)
        {
            Descent.Run<V, GradientDescent>(new(parameters, gradients, pieceRate, piece.WeightDecay), piece.Length);
            return;
        }

        MomentumStep step = new(
            piece.WeightDecay,
            optimizer.Momentum,
            Gain: optimizer.RateInVelocity ? pieceRate : 1,
            Rate: optimizer.RateInVelocity ? 1 : pieceRate
        );
        float* velocity = Moment(0) + piece.Offset;
        if (optimizer.Nesterov)
        {
            Descent.Run<V, MomentumDescent<AheadOfVelocity>>(new(parameters, gradients, velocity, step), piece.Length);
        }
        else
        {
            Descent.Run<V, MomentumDescent<AlongVelocity>>(new(parameters, gradients, velocity, step), piece.Length);
        }
    }
}
