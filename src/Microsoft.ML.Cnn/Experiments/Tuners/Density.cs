namespace Microsoft.ML.Cnn.Experiments.Tuners;

/// <summary>How likely places from 0 to 1 are.</summary>
internal interface IDensity
{
    double Draw(Draws draws);

    /// <summary>Above 0 everywhere.</summary>
    double At(double place);
}

/// <summary>
/// A uniform prior and a normal distribution around each place that was seen, cut off at 0 and 1, all of the same weight. Each is as wide as the way to the farther of
/// its neighbours, the ends included, within bounds that narrow as places are added.
/// </summary>
internal sealed class ParzenWindow : IDensity
{
    private readonly double[] means;
    private readonly double[] widths;
    private readonly double[] masses;

    public ParzenWindow(double[] places)
    {
        means = [.. places.Order()];
        double narrowest = 1 / Math.Min(100.0, means.Length + 1);
        widths =
        [
            .. means.Select(
                (mean, i) =>
                {
                    double left = mean - (i > 0 ? means[i - 1] : 0);
                    double right = (i < means.Length - 1 ? means[i + 1] : 1) - mean;
                    return Math.Clamp(Math.Max(left, right), narrowest, 1);
                }
            ),
        ];
        masses = [.. means.Select((mean, i) => Below((1 - mean) / widths[i]) - Below(-mean / widths[i]))];
    }

    public double Draw(Draws draws)
    {
        int component = draws.Below(means.Length + 1);
        if (component == means.Length)
        {
            return draws.Uniform();
        }

        while (true)
        {
            double place = means[component] + widths[component] * draws.Normal();
            if (place is >= 0 and < 1)
            {
                return place;
            }
        }
    }

    public double At(double place)
    {
        double sum = 1;
        for (int i = 0; i < means.Length; i++)
        {
            double distance = (place - means[i]) / widths[i];
            sum += Math.Exp(-distance * distance / 2) / (Math.Sqrt(2 * Math.PI) * widths[i] * masses[i]);
        }

        return sum / (means.Length + 1);
    }

    /// <summary>The share of a normal distribution below a value: the error function by Abramowitz and Stegun 7.1.26, within 1.5e-7.</summary>
    private static double Below(double value)
    {
        double x = Math.Abs(value) / Math.Sqrt(2);
        double t = 1 / (1 + 0.3275911 * x);
        double tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * Math.Exp(-x * x);
        return value < 0 ? tail / 2 : 1 - tail / 2;
    }
}

/// <summary>How often each value of a choice was seen, one more of each.</summary>
internal sealed class Frequencies : IDensity
{
    private readonly int[] counts;
    private readonly int total;

    public Frequencies(double[] places, int values)
    {
        counts = new int[values];
        Array.Fill(counts, 1);
        foreach (double place in places)
        {
            counts[(int)(place * values)]++;
        }

        total = values + places.Length;
    }

    public double Draw(Draws draws)
    {
        int drawn = draws.Below(total);
        int value = 0;
        for (; drawn >= counts[value]; value++)
        {
            drawn -= counts[value];
        }

        return (value + 0.5) / counts.Length;
    }

    public double At(double place) => (double)counts[(int)(place * counts.Length)] / total;
}
