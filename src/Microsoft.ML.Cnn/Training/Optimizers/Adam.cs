using Microsoft.ML.Cnn.Training.Optimizers;

namespace Microsoft.ML.Cnn;

/// <summary>
/// Steps scaled by running moments of the gradient. Kingma and Ba 2015, "Adam: A Method for Stochastic Optimization", algorithm 1. Weight
/// decay is added to the gradient, as PyTorch's <c>Adam</c> does; see <see cref="AdamW"/> for the decoupled one.
/// </summary>
public sealed record Adam : Optimizer
{
    private readonly AdamMoments moments;

    /// <summary>Creates the optimizer, by default with the numbers of the paper.</summary>
    /// <param name="beta1">The share of the past in the mean of gradients, from 0 to less than 1.</param>
    /// <param name="beta2">The share of the past in the mean of squared gradients, from 0 to less than 1.</param>
    /// <param name="epsilon">Added to the root of the second moment, above 0.</param>
    /// <param name="weightDecay">Added to the gradient, times the weight; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public Adam(float beta1 = 0.9f, float beta2 = 0.999f, float epsilon = 1e-8f, float weightDecay = 0)
        : base(weightDecay) => moments = AdamMoments.Of(beta1, beta2, epsilon);

    /// <summary>The share of the past in the mean of gradients.</summary>
    public float Beta1 => moments.Beta1;

    /// <summary>The share of the past in the mean of squared gradients.</summary>
    public float Beta2 => moments.Beta2;

    /// <summary>Added to the root of the second moment.</summary>
    public float Epsilon => moments.Epsilon;

    internal override int Moments => 2;

    internal override OptimizerState CreateState<V>(OptimizerTarget target) => new AdamState<V>(this, moments, decoupled: false, target);
}
