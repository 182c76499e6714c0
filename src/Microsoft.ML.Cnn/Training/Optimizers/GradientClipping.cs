using Microsoft.ML.Cnn.Training.Optimizers;

namespace Microsoft.ML.Cnn;

/// <summary>What keeps gradients from becoming too great before a step is taken: <see cref="ClipByNorm"/> or <see cref="ClipByValue"/>.</summary>
public abstract record GradientClipping
{
    private protected GradientClipping() { }

    /// <summary>
    /// Whether a gradient is clipped without knowledge of others, so that a parameter's step may be taken while other gradients are still to come.
    /// </summary>
    internal abstract bool IsElementwise { get; }
}

/// <summary>
/// Shrinks all gradients by one factor where their common Euclidean norm is greater than allowed. Pascanu et al. 2013, "On the difficulty of training
/// Recurrent Neural Networks", algorithm 1; the factor is PyTorch's, <c>min(1, norm / (norm of gradients + 1e-6))</c>. The norm is that
/// of all parameters which are trained, before weight decay.
/// </summary>
public sealed record ClipByNorm : GradientClipping
{
    /// <summary>Creates the description.</summary>
    /// <param name="norm">The greatest norm that is allowed, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The norm is not a finite number above 0.</exception>
    public ClipByNorm(float norm) => Norm = OptimizerCheck.Epsilon(norm);

    /// <summary>The greatest norm that is allowed.</summary>
    public float Norm { get; }

    internal override bool IsElementwise => false;
}

/// <summary>Brings each gradient into the range from <c>-value</c> to <c>value</c>, before weight decay.</summary>
public sealed record ClipByValue : GradientClipping
{
    /// <summary>Creates the description.</summary>
    /// <param name="value">The greatest absolute value that is allowed, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a finite number above 0.</exception>
    public ClipByValue(float value) => Value = OptimizerCheck.Epsilon(value);

    /// <summary>The greatest absolute value that is allowed.</summary>
    public float Value { get; }

    internal override bool IsElementwise => true;
}
