using Microsoft.ML.Cnn.Kernels.Optimizers;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Training.Optimizers;

/// <summary><see cref="RMSProp"/> at work: means of squared gradients; then means of gradients, if centered; then velocities, with a momentum.</summary>
internal sealed unsafe class RMSPropState<V>(RMSProp optimizer, OptimizerTarget target) : OptimizerState(target, optimizer)
    where V : struct, IVector<V>
{
    private float rate;

    protected override void Prepare(float rate, long step) => this.rate = rate;

    protected override void Update(ParameterPiece piece, float* gradients)
    {
        RMSPropMoments moments = new(
            Moment(0) + piece.Offset,
            optimizer.Centered ? Moment(1) + piece.Offset : null,
            optimizer.Momentum == 0 ? null : Moment(optimizer.Moments - 1) + piece.Offset
        );
        RMSPropStep step = new(optimizer.Alpha, optimizer.Epsilon, rate * piece.RateMultiplier, piece.WeightDecay, optimizer.Momentum);
        Descent.Run<V, RMSPropDescent>(new(Parameters + piece.Offset, gradients, moments, step), piece.Length);
    }
}
