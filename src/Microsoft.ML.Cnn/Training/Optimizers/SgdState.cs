using Microsoft.ML.Cnn.Kernels.Optimizers;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Training.Optimizers;

/// <summary><see cref="Sgd"/> at work: its only moment is the velocity, which plain descent does without.</summary>
internal sealed unsafe class SgdState<V>(Sgd optimizer, OptimizerTarget target) : OptimizerState(target, optimizer.Momentum == 0 ? 0 : 1)
    where V : struct, IVector<V>
{
    private float rate;

    protected override void Begin(float rate) => this.rate = rate;

    protected override void Update(Piece piece)
    {
        float* parameters = Parameters + piece.Offset;
        float* gradients = Gradients + piece.Offset;
        float pieceRate = rate * piece.RateMultiplier;
        float decay = piece.Decay ? optimizer.WeightDecay : 0;
        if (optimizer.Momentum == 0)
        {
            SgdKernel.Descend<V>(parameters, gradients, piece.Length, pieceRate, decay);
        }
        else if (optimizer.Nesterov)
        {
            SgdKernel.DescendNesterov<V>(
                parameters,
                gradients,
                Moment(0) + piece.Offset,
                piece.Length,
                pieceRate,
                decay,
                optimizer.Momentum
            );
        }
        else
        {
            SgdKernel.DescendMomentum<V>(
                parameters,
                gradients,
                Moment(0) + piece.Offset,
                piece.Length,
                pieceRate,
                decay,
                optimizer.Momentum
            );
        }
    }
}
