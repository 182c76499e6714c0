using System.Globalization;
using Microsoft.ML.Cnn.Tests.Accuracy;

namespace Microsoft.ML.Cnn.Benchmarks.Figures;

/// <summary>
/// How fast trainings part from one that convolves directly: one by Winograd's algorithms, and one that convolves directly in another order of
/// summation. Distances of all weights over the distance that they have travelled, geometric means over seeds.
/// </summary>
internal static class AlgorithmDivergence
{
    public const int DefaultSeeds = 40;

    private const int Steps = 300;

    public static int Run(int seeds = DefaultSeeds)
    {
        FashionImages images = FashionImages.Halved();
        foreach (bool batchNormalization in (bool[])[false, true])
        {
            DivergenceCurve curve = DivergenceCurve.Measure(images, batchNormalization, seeds, Steps);
            Console.WriteLine($"VGG {(batchNormalization ? "with" : "without")} batch normalization, {seeds} seeds");
            Console.WriteLine("| step | Winograd | another order | ratio |");
            Console.WriteLine("|--:|--:|--:|--:|");
            foreach (Divergence mean in curve.Means)
            {
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"| {mean.Step} | {mean.Winograd:0.0e-0} | {mean.Reordered:0.0e-0} | {mean.Winograd / mean.Reordered:0.00} |"
                    )
                );
            }

            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"Rounding errors after one step, median of ratios: {curve.RoundingRatio:0.00}")
            );
            foreach (double distance in (double[])[0.001, 0.01, 0.1])
            {
                double winograd = curve.StepsTo(distance, point => point.Winograd);
                double reordered = curve.StepsTo(distance, point => point.Reordered);
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Steps to {distance:0.0%}: {winograd:0.0} by Winograd, {reordered:0.0} in another order, {reordered / winograd:0.00} +- {curve.SpeedError(distance):0.00} x as fast"
                    )
                );
            }
        }

        return 0;
    }
}
