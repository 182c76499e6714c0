namespace Microsoft.ML.Cnn;

/// <summary>Of numbers: (x - t)^2; of several outputs the mean.</summary>
public sealed record SquaredLoss : Loss
{
    internal override bool Classifies => false;

    internal override int ClassesOf(int outputs) => 1;

    internal override int TargetsOf(int outputs) => outputs;
}
