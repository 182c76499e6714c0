using Microsoft.ML.Cnn.Training.Optimizers;

namespace Microsoft.ML.Cnn;

/// <summary>
/// Stochastic gradient descent, by default with the momentum of Polyak 1964; optionally that of Nesterov as Sutskever et al. 2013, "On the
/// importance of initialization and momentum in deep learning", bring it into the form of a gradient step. As PyTorch defines it:
/// <c>g += weightDecay * p; v = momentum * v + g; p -= rate * v</c>, with <c>g + momentum * v</c> in place of v for Nesterov.
/// </summary>
public sealed record Sgd : Optimizer
{
    /// <summary>Creates the optimizer.</summary>
    /// <param name="momentum">The share of the last step's direction that is kept, from 0 to less than 1.</param>
    /// <param name="nesterov">Whether the step looks ahead along its own momentum.</param>
    /// <param name="weightDecay">Added to the gradient, times the weight; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">Nesterov's momentum is asked for without a momentum.</exception>
    public Sgd(float momentum = 0.9f, bool nesterov = false, float weightDecay = 0)
        : base(weightDecay)
    {
        Momentum = OptimizerCheck.Fraction(momentum);
        Nesterov =
            nesterov && momentum == 0
                ? throw new ArgumentException("Nesterov's momentum needs a momentum above 0, received 0.", nameof(nesterov))
                : nesterov;
    }

    /// <summary>The share of the last step's direction that is kept.</summary>
    public float Momentum { get; }

    /// <summary>Whether the step looks ahead along its own momentum.</summary>
    public bool Nesterov { get; }

    /// <summary>
    /// Whether the learning rate enters the velocity, <c>v = momentum * v + rate * g; p -= v</c>, as in Krizhevsky et al. 2012, "ImageNet
    /// Classification with Deep Convolutional Neural Networks", section 5, and in Caffe. False by default. It makes a difference only where the rate changes: the
    /// velocity still bears the rates of the steps that made it.
    /// </summary>
    public bool RateInVelocity { get; init; }

    internal override int Moments => Momentum == 0 ? 0 : 1;

    internal override OptimizerState CreateState<V>(OptimizerTarget target) => new SgdState<V>(this, target);
}
