namespace Microsoft.ML.Cnn.Tests.Testing;

/// <summary>Checks a gradient written down by hand against the function it is said to belong to, in double precision.</summary>
internal static class CentralDifferences
{
    private const double Step = 1e-5;

    /// <summary>Holds sum(dy * f) against the gradient at every input.</summary>
    public static void Check(
        Func<double[], double[]> forward,
        Func<double[], double[], double[]> backward,
        double[] x,
        double tolerance = 1e-7
    )
    {
        Random random = new(11);
        double[] dy = Array.ConvertAll(forward(x), _ => random.NextDouble() * 2 - 1);
        double[] expected = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            double[] moved = [.. x];
            moved[i] = x[i] + Step;
            double above = Dot(dy, forward(moved));
            moved[i] = x[i] - Step;
            expected[i] = (above - Dot(dy, forward(moved))) / (2 * Step);
        }

        Approximately.Equal(expected, backward(x, dy), tolerance, "Central differences.");
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (left, right) => left * right).Sum();
}
