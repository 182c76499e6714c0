namespace Microsoft.ML.Cnn.Tests.Accuracy;

/// <summary>A measure of the curves of several seeds.</summary>
/// <param name="Value">That of all.</param>
/// <param name="Error">Its standard error, by leaving out one seed after the other (the jackknife).</param>
internal readonly record struct Estimate(double Value, double Error);

/// <summary>
/// Divergences of several seeds, measured after the same steps. Trainings that differ by rounding stay that close until one of them takes another branch of
/// a ReLU or of a pooling window, at a step that is chance; from then on their distance grows exponentially, whatever made it. How fast they
/// diverge is the rate of that growth. What they begin with shifts the curve along the steps, so that the distance at a given step may differ by any factor
/// between trainings that diverge equally fast: the shift is measured by itself.
/// </summary>
internal sealed class DivergenceCurve
{
    /// <summary>Where growth begins: an order above what rounding errors of a step add up to.</summary>
    public const double LeastDistance = 1e-5;

    /// <summary>Where it ends: beyond, distances are near that of any two trainings.</summary>
    public const double MostDistance = 1e-1;

    private readonly Divergence[][] seeds;

    private DivergenceCurve(Divergence[][] seeds)
    {
        this.seeds = seeds;
        Means =
        [
            .. seeds[0]
                .Select(
                    (point, i) =>
                        new Divergence(
                            point.Step,
                            GeometricMean(seeds.Select(seed => seed[i].Winograd)),
                            GeometricMean(seeds.Select(seed => seed[i].Reordered))
                        )
                ),
        ];
    }

    /// <summary>Geometric means over the seeds.</summary>
    public IReadOnlyList<Divergence> Means { get; }

    /// <summary>How many times as fast Winograd's algorithms diverge as another order of summation.</summary>
    public double RateRatio => Rate(point => point.Winograd) / Rate(point => point.Reordered);

    /// <summary>
    /// Median over the seeds of how many times further Winograd's algorithms lead than another order, after one step: rounding errors alone, before
    /// any training has taken another branch.
    /// </summary>
    public double RoundingRatio
    {
        get
        {
            double[] ratios = [.. seeds.Select(points => points[0].Winograd / points[0].Reordered).Order()];
            return (ratios[(ratios.Length - 1) / 2] + ratios[ratios.Length / 2]) / 2;
        }
    }

    /// <param name="images">To learn.</param>
    /// <param name="batchNormalization">Whether the network has any.</param>
    /// <param name="seeds">How many, from 1.</param>
    /// <param name="lastStep">Steps to take.</param>
    /// <param name="kernel">Taps of a filter's side.</param>
    public static DivergenceCurve Measure(FashionImages images, bool batchNormalization, int seeds, int lastStep, int kernel = 3) =>
        new([
            .. Enumerable
                .Range(1, seeds)
                .Select(seed => Divergence.Measure(images, batchNormalization, seed, Checkpoints(lastStep), kernel).ToArray()),
        ]);

    /// <summary>
    /// Growth of the logarithm of the distance a step, from where a seed has reached <see cref="LeastDistance"/> to where it reaches
    /// <see cref="MostDistance"/>: that of all seeds over the steps of all.
    /// </summary>
    public double Rate(Func<Divergence, double> of)
    {
        (double growth, int steps) = (0, 0);
        foreach (Divergence[] points in seeds)
        {
            Divergence begun = points.FirstOrDefault(point => of(point) >= LeastDistance) ?? points[^1];
            Divergence ended = points.FirstOrDefault(point => of(point) >= MostDistance) ?? points[^1];
            growth += Math.Log(of(ended) / of(begun));
            steps += ended.Step - begun.Step;
        }

        return growth / steps;
    }

    /// <summary>Steps after which the mean distance is reached, between measured ones along the logarithm; the last step if it is not.</summary>
    public double StepsTo(double distance, Func<Divergence, double> of)
    {
        int reached = Means.TakeWhile(point => of(point) < distance).Count();
        if (reached == 0 || reached == Means.Count)
        {
            return Means[Math.Min(reached, Means.Count - 1)].Step;
        }

        (Divergence before, Divergence after) = (Means[reached - 1], Means[reached]);
        return before.Step + (after.Step - before.Step) * Math.Log(distance / of(before)) / Math.Log(of(after) / of(before));
    }

    /// <summary>A measure with its standard error; of at least two seeds.</summary>
    public Estimate Of(Func<DivergenceCurve, double> measure)
    {
        double[] without = [.. seeds.Select(left => measure(new DivergenceCurve([.. seeds.Where(seed => seed != left)])))];
        double mean = without.Average();
        double variance = without.Sum(value => (value - mean) * (value - mean)) * (seeds.Length - 1) / seeds.Length;
        return new Estimate(measure(this), Math.Sqrt(variance));
    }

    /// <summary>1, 2, 3, ..., 9, 10, 12, ...: a tenth further each time.</summary>
    private static IEnumerable<int> Checkpoints(int last)
    {
        for (int step = 1; step < last; step += 1 + step / 10)
        {
            yield return step;
        }

        yield return last;
    }

    private static double GeometricMean(IEnumerable<double> values) => Math.Exp(values.Average(Math.Log));
}
