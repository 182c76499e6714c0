using System.Globalization;

namespace Microsoft.ML.Cnn.Peers.Proofs;

/// <summary>One thing that was compared, how far apart both sides are, and how far they may be.</summary>
internal sealed record Proof(string What, double Error, double Bound)
{
    /// <summary>How far a layer alone may be from libtorch's.</summary>
    public const double LayerBound = 2e-5;

    public bool Holds => Error <= Bound;

    /// <summary>||a - b|| / ||b||; what is not a number is infinitely far apart.</summary>
    public static double Distance(float[] ours, float[] theirs) => Distance([ours], [theirs]);

    /// <summary>The same of all numbers of some buffers together.</summary>
    public static double Distance(float[][] ours, float[][] theirs)
    {
        double difference = 0;
        double square = 0;
        foreach ((float[] mine, float[] other) in ours.Zip(theirs))
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(mine.Length, other.Length);
            for (int i = 0; i < mine.Length; i++)
            {
                double gap = (double)mine[i] - other[i];
                difference += gap * gap;
                square += (double)other[i] * other[i];
            }
        }

        return Finite(Math.Sqrt(difference / square));
    }

    /// <summary>|a - b| / |b|.</summary>
    public static double Distance(double ours, double theirs) => Finite(Math.Abs(ours - theirs) / Math.Abs(theirs));

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Holds ? "holds" : "FAILS")}  {Error:0.0e+00} of at most {Bound:0e+00}  {What}");

    private static double Finite(double distance) => double.IsNaN(distance) ? double.PositiveInfinity : distance;
}
