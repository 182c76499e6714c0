using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Training.Optimizers;

namespace Microsoft.ML.Cnn;

/// <summary>
/// Steps divided by the root of the sum of all squared gradients so far. Duchi, Hazan and Singer 2011, "Adaptive Subgradient Methods for Online
/// Learning and Stochastic Optimization". As PyTorch defines it:
/// <c>g += weightDecay * p; s += g²; p -= rate / (1 + (step - 1) * rateDecay) * g / (√s + epsilon)</c>, steps counted from 1.
/// </summary>
public sealed record AdaGrad : Optimizer
{
    /// <summary>Creates the optimizer.</summary>
    /// <param name="rateDecay">How fast the learning rate falls with the number of steps, at least 0.</param>
    /// <param name="initialAccumulator">What sums of squares begin with, at least 0.</param>
    /// <param name="epsilon">Added to the root, above 0.</param>
    /// <param name="weightDecay">Added to the gradient, times the weight; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public AdaGrad(float rateDecay = 0, float initialAccumulator = 0, float epsilon = 1e-10f, float weightDecay = 0)
        : base(weightDecay)
    {
        RateDecay = LayerCheck.Within(rateDecay, 0, float.MaxValue);
        InitialAccumulator = LayerCheck.Within(initialAccumulator, 0, float.MaxValue);
        Epsilon = OptimizerCheck.Epsilon(epsilon);
    }

    /// <summary>How fast the learning rate falls with the number of steps.</summary>
    public float RateDecay { get; }

    /// <summary>What sums of squares begin with.</summary>
    public float InitialAccumulator { get; }

    /// <summary>Added to the root.</summary>
    public float Epsilon { get; }

    internal override int Moments => 1;

    internal override OptimizerState CreateState<V>(OptimizerTarget target) => new AdaGradState<V>(this, target);
}
