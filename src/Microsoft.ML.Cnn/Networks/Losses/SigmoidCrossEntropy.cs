namespace Microsoft.ML.Cnn;

/// <summary>
/// Of a class and its opposite: -t log(p) - (1 - t) log(1 - p) with p = 1 / (1 + e^-x), t being 1 or 0; with smoothing e, 1 - e / 2 or e / 2. Of several outputs, which do not
/// exclude each other, the mean.
/// </summary>
public sealed record SigmoidCrossEntropy : Loss
{
    /// <summary>Creates the loss.</summary>
    /// <param name="labelSmoothing">What is taken from the label and given to both classes alike: from 0, for nothing, to below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of its range.</exception>
    public SigmoidCrossEntropy(float labelSmoothing = 0) => LabelSmoothing = CheckSmoothing(labelSmoothing);

    /// <summary>What is taken from the label and given to both classes alike.</summary>
    public float LabelSmoothing { get; }

    internal override bool Classifies => true;

    internal override int ClassesOf(int outputs) => 2;

    internal override int TargetsOf(int outputs) => outputs;
}
