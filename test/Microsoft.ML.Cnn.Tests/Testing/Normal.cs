namespace Microsoft.ML.Cnn.Tests.Testing;

/// <summary>The normal distribution in double precision.</summary>
internal static class Normal
{
    /// <summary>The probability of a value up to x: by the series of Marsaglia 2004 near zero, and by the continued fraction of its tail beyond.</summary>
    public static double Distribution(double x)
    {
        double density = Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
        if (Math.Abs(x) > 5)
        {
            double fraction = 0;
            for (int term = 60; term > 0; term--)
            {
                fraction = term / (Math.Abs(x) + fraction);
            }

            double tail = density / (Math.Abs(x) + fraction);
            return x > 0 ? 1 - tail : tail;
        }

        double sum = x;
        double power = x;
        for (int i = 3; i < 200; i += 2)
        {
            power *= x * x / i;
            sum += power;
        }

        return 0.5 + density * sum;
    }
}
