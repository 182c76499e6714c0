using System.Globalization;

namespace Microsoft.ML.Cnn.Peers.Proofs;

/// <summary>One thing that was compared, how far apart both sides are, and how far they may be.</summary>
internal sealed record Proof(string What, double Error, double Bound)
{
    public bool Holds => Error <= Bound;

    /// <summary>||a - b|| / ||b||; what is not a number is infinitely far apart.</summary>
    public static double Distance(ReadOnlySpan<float> ours, ReadOnlySpan<float> theirs)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(ours.Length, theirs.Length);
        double difference = 0;
        double square = 0;
        for (int i = 0; i < ours.Length; i++)
        {
            double gap = (double)ours[i] - theirs[i];
            difference += gap * gap;
            square += (double)theirs[i] * theirs[i];
        }

        double distance = Math.Sqrt(difference / square);
        return double.IsNaN(distance) ? double.PositiveInfinity : distance;
    }

    /// <summary>|a - b| / |b|.</summary>
    public static double Distance(double ours, double theirs)
    {
        double distance = Math.Abs(ours - theirs) / Math.Abs(theirs);
        return double.IsNaN(distance) ? double.PositiveInfinity : distance;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Holds ? "holds" : "FAILS")}  {Error:0.0e+00} of at most {Bound:0e+00}  {What}");
}
