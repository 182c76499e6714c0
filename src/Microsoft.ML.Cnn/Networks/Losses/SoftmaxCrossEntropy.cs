namespace Microsoft.ML.Cnn;

/// <summary>
/// Of classes that exclude each other: -sum over c of q[c] log(softmax(x)[c]). With K classes and smoothing e the label has q = 1 - e + e / K and every other class e / K: C.
/// Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", 2016, section 7.
/// </summary>
public sealed record SoftmaxCrossEntropy : Loss
{
    /// <summary>Creates the loss.</summary>
    /// <param name="labelSmoothing">What is taken from the label and given to all classes alike: from 0, for nothing, to below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of its range.</exception>
    public SoftmaxCrossEntropy(float labelSmoothing = 0) => LabelSmoothing = CheckSmoothing(labelSmoothing);

    /// <summary>What is taken from the label and given to all classes alike.</summary>
    public float LabelSmoothing { get; }

    internal override bool Classifies => true;

    internal override int ClassesOf(int outputs) => outputs;

    internal override int TargetsOf(int outputs) => 0;
}
