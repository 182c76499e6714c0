namespace Microsoft.ML.Cnn;

/// <summary>What training makes small: the mean, weighted by the examples' weights, of a number for each example that says how far its outputs are off.</summary>
public abstract record Loss
{
    private protected Loss() { }

    /// <summary>Labels are classes below this number.</summary>
    internal abstract int ClassesOf(int outputs);

    /// <summary>Numbers that a row brings along for its outputs to be compared with.</summary>
    internal abstract int TargetsOf(int outputs);

    /// <summary>Whether labels are classes, so that some are right and others wrong; otherwise they are numbers.</summary>
    internal abstract bool Classifies { get; }

    private protected static float CheckSmoothing(float labelSmoothing) =>
        labelSmoothing is >= 0 and < 1
            ? labelSmoothing
            : throw new ArgumentOutOfRangeException(
                nameof(labelSmoothing),
                labelSmoothing,
                FormattableString.Invariant($"Must be at least 0 and less than 1, received {labelSmoothing}. Customary: 0.1.")
            );
}
