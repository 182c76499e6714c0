using Microsoft.ML.Cnn.Training.Optimizers;

namespace Microsoft.ML.Cnn;

/// <summary>
/// Steps divided by a running root mean square of the gradient. Tieleman and Hinton 2012, "Neural Networks for Machine Learning", lecture 6.5; centered as
/// in Graves 2013, "Generating Sequences With Recurrent Neural Networks", equations 38 to 45. As PyTorch defines it:
/// <c>g += weightDecay * p; s = alpha * s + (1 - alpha) * g²; v = momentum * v + g / (√s + epsilon); p -= rate * v</c>.
/// </summary>
public sealed record RMSProp : Optimizer
{
    /// <summary>Creates the optimizer.</summary>
    /// <param name="alpha">The share of the past in the mean of squared gradients, from 0 to less than 1.</param>
    /// <param name="epsilon">Added to the root, above 0.</param>
    /// <param name="weightDecay">Added to the gradient, times the weight; at least 0.</param>
    /// <param name="momentum">The share of the last step's direction that is kept, from 0 to less than 1.</param>
    /// <param name="centered">Whether the mean gradient is taken out of the mean of squares, which leaves the variance.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public RMSProp(float alpha = 0.99f, float epsilon = 1e-8f, float weightDecay = 0, float momentum = 0, bool centered = false)
        : base(weightDecay)
    {
        Alpha = OptimizerCheck.Fraction(alpha);
        Epsilon = OptimizerCheck.Epsilon(epsilon);
        Momentum = OptimizerCheck.Fraction(momentum);
        Centered = centered;
    }

    /// <summary>The share of the past in the mean of squared gradients.</summary>
    public float Alpha { get; }

    /// <summary>Added to the root.</summary>
    public float Epsilon { get; }

    /// <summary>The share of the last step's direction that is kept.</summary>
    public float Momentum { get; }

    /// <summary>Whether the mean gradient is taken out of the mean of squares.</summary>
    public bool Centered { get; }

    internal override int Moments => 1 + (Centered ? 1 : 0) + (Momentum == 0 ? 0 : 1);

    internal override OptimizerState CreateState<V>(OptimizerTarget target) => new RMSPropState<V>(this, target);
}
