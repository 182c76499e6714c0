namespace Microsoft.ML.Cnn.Tests.Accuracy;

/// <summary>Divergences of several seeds, measured after the same steps.</summary>
internal sealed class DivergenceCurve
{
    private readonly Divergence[][] seeds;

    private DivergenceCurve(Divergence[][] seeds) => this.seeds = seeds;

    /// <summary>Geometric means over the seeds.</summary>
    public IReadOnlyList<Divergence> Means =>
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

    /// <param name="images">To learn.</param>
    /// <param name="batchNormalization">Whether the network has any.</param>
    /// <param name="seeds">How many, from 1.</param>
    /// <param name="lastStep">Steps to take.</param>
    public static DivergenceCurve Measure(FashionImages images, bool batchNormalization, int seeds, int lastStep) =>
        new([
            .. Enumerable
                .Range(1, seeds)
                .Select(seed => Divergence.Measure(images, batchNormalization, seed, Checkpoints(lastStep)).ToArray()),
        ]);

    /// <summary>Mean steps after which a distance is reached; the last step counts for seeds that do not reach it.</summary>
    public double StepsTo(double distance, Func<Divergence, double> of) => seeds.Average(points => StepsTo(points, distance, of));

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

    /// <summary>The standard error of how many times as fast a distance is reached, were the seeds' steps independent.</summary>
    public double SpeedError(double distance)
    {
        (double Mean, double Error) Of(Func<Divergence, double> of)
        {
            double mean = StepsTo(distance, of);
            double variance = seeds.Sum(points => Math.Pow(StepsTo(points, distance, of) - mean, 2)) / (seeds.Length - 1);
            return (mean, Math.Sqrt(variance / seeds.Length));
        }

        ((double Mean, double Error) winograd, (double Mean, double Error) reordered) = (
            Of(point => point.Winograd),
            Of(point => point.Reordered)
        );
        return reordered.Mean / winograd.Mean * double.Hypot(winograd.Error / winograd.Mean, reordered.Error / reordered.Mean);
    }

    /// <summary>1, 2, 3, 4, 5, 6, 7, 9, ...: a fifth further each time.</summary>
    private static IEnumerable<int> Checkpoints(int last)
    {
        for (int step = 1; step < last; step += 1 + step / 5)
        {
            yield return step;
        }

        yield return last;
    }

    private static int StepsTo(Divergence[] points, double distance, Func<Divergence, double> of) =>
        (points.FirstOrDefault(point => of(point) >= distance) ?? points[^1]).Step;

    private static double GeometricMean(IEnumerable<double> values) => Math.Exp(values.Average(Math.Log));
}
