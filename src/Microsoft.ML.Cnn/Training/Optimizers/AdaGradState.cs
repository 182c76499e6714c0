using Microsoft.ML.Cnn.Kernels.Optimizers;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Training.Optimizers;

/// <summary><see cref="AdaGrad"/> at work: its only moment are the sums of squared gradients.</summary>
internal sealed unsafe class AdaGradState<V> : OptimizerState
    where V : struct, IVector<V>
{
    private readonly AdaGrad optimizer;
    private double rate;

    public AdaGradState(AdaGrad optimizer, OptimizerTarget target)
        : base(target, optimizer)
    {
        this.optimizer = optimizer;
        FillMoment(0, optimizer.InitialAccumulator);
    }

    protected override void Prepare(float rate, long step) => this.rate = rate / (1 + (step - 1) * (double)optimizer.RateDecay);

    protected override void Update(ParameterPiece piece, float* gradients) =>
        Descent.Run<V, AdaGradDescent>(
            new(
                Parameters + piece.Offset,
                gradients,
                Moment(0) + piece.Offset,
                (float)(rate * piece.RateMultiplier),
                optimizer.Epsilon,
                piece.WeightDecay
            ),
            piece.Length
        );
}
