using Microsoft.ML.Cnn.Training.Optimizers;

namespace Microsoft.ML.Cnn;

/// <summary>
/// <see cref="Adam"/> with weight decay apart from the gradient: <c>p -= rate * weightDecay * p</c> before each step. Loshchilov and Hutter
/// 2019, "Decoupled Weight Decay Regularization", algorithm 2, with the decay times the learning rate as in PyTorch.
/// </summary>
public sealed record AdamW : Optimizer
{
    private readonly AdamMoments moments;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="beta1">The share of the past in the mean of gradients, from 0 to less than 1.</param>
    /// <param name="beta2">The share of the past in the mean of squared gradients, from 0 to less than 1.</param>
    /// <param name="epsilon">Added to the root of the second moment, above 0.</param>
    /// <param name="weightDecay">The share of a weight that a step at rate 1 would take away, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public AdamW(float beta1 = 0.9f, float beta2 = 0.999f, float epsilon = 1e-8f, float weightDecay = 0.01f)
        : base(weightDecay) => moments = AdamMoments.Of(beta1, beta2, epsilon);

    /// <summary>The share of the past in the mean of gradients.</summary>
    public float Beta1 => moments.Beta1;

    /// <summary>The share of the past in the mean of squared gradients.</summary>
    public float Beta2 => moments.Beta2;

    /// <summary>Added to the root of the second moment.</summary>
    public float Epsilon => moments.Epsilon;

    internal override int Moments => 2;

    internal override OptimizerState CreateState<V>(OptimizerTarget target) => new AdamState<V>(this, moments, decoupled: true, target);
}
