using Microsoft.ML.Cnn.Kernels.Optimizers;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Training.Optimizers;

/// <summary><see cref="Sgd"/> at work: its only moment is the velocity, which plain descent does without.</summary>
internal sealed unsafe class SgdState<V>(Sgd optimizer, OptimizerTarget target) : OptimizerState(target, optimizer.Momentum == 0 ? 0 : 1)
    where V : struct, IVector<V>
{
    private float rate;

    protected override void Prepare(float rate, long step) => this.rate = rate;

    protected override void Update(Piece piece, float* gradients)
    {
        float* parameters = Parameters + piece.Offset;
        float pieceRate = rate * piece.RateMultiplier;
        float decay = piece.Decay ? optimizer.WeightDecay : 0;
        if (optimizer.Momentum == 0)
        {
            Descent.Run<V, GradientDescent>(new(parameters, gradients, pieceRate, decay), piece.Length);
            return;
        }

        Velocity velocity = new(parameters, gradients, Moment(0) + piece.Offset, decay, optimizer.Momentum);
        if (optimizer.Nesterov)
        {
            Descent.Run<V, NesterovDescent>(new(velocity, parameters, pieceRate, optimizer.Momentum), piece.Length);
        }
        else
        {
            Descent.Run<V, MomentumDescent>(new(velocity, parameters, pieceRate), piece.Length);
        }
    }
}
