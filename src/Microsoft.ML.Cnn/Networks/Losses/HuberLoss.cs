namespace Microsoft.ML.Cnn;

/// <summary>
/// Of numbers, some of which may be far out: d^2 / 2 where d = |x - t| is at most delta, and delta (d - delta / 2) beyond; of several outputs the mean. P. J. Huber, "Robust
/// estimation of a location parameter", 1964.
/// </summary>
public sealed record HuberLoss : Loss
{
    /// <summary>Creates the loss.</summary>
    /// <param name="delta">Where the square becomes a line, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of its range.</exception>
    public HuberLoss(float delta = 1) =>
        Delta =
            delta > 0 && float.IsFinite(delta)
                ? delta
                : throw new ArgumentOutOfRangeException(
                    nameof(delta),
                    delta,
                    FormattableString.Invariant($"Must be a finite number above 0, received {delta}.")
                );

    /// <summary>Where the square becomes a line.</summary>
    public float Delta { get; }

    internal override bool Classifies => false;

    internal override int ClassesOf(int outputs) => 1;

    internal override int TargetsOf(int outputs) => outputs;
}
