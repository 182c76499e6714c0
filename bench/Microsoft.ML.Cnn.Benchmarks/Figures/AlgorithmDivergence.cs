using System.Globalization;
using Microsoft.ML.Cnn.Tests.Accuracy;

namespace Microsoft.ML.Cnn.Benchmarks.Figures;

/// <summary>
/// How fast trainings part from one that convolves directly: one by Winograd's algorithms, and one that convolves directly in another order of
/// summation. Distances of all weights over the distance that they have travelled, geometric means over seeds; and what <see cref="DivergenceCurve"/>
/// makes of them, with standard errors.
/// </summary>
internal static class AlgorithmDivergence
{
    public const int DefaultSeeds = 40;

    private const int Steps = 300;

    public static int Run(int seeds = DefaultSeeds)
    {
        FashionImages images = FashionImages.Halved();
        foreach ((int kernel, bool batchNormalization) in ((int, bool)[])[(3, false), (3, true), (5, false)])
        {
            DivergenceCurve curve = DivergenceCurve.Measure(images, batchNormalization, seeds, Steps, kernel);
            Console.WriteLine(
                $"VGG of {kernel} x {kernel} filters {(batchNormalization ? "with" : "without")} batch normalization, {seeds} seeds"
            );
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
            Print("Growth a step by Winograd", "0.0000", curve.Of(all => all.Rate(point => point.Winograd)));
            Print("Growth a step in another order", "0.0000", curve.Of(all => all.Rate(point => point.Reordered)));
            Print("Ratio of the rates", "0.00", curve.Of(all => all.RateRatio));
            foreach (double distance in (double[])[1e-4, 1e-3, 1e-2])
            {
                Print(
                    $"Steps by which Winograd reaches {distance.ToString(CultureInfo.InvariantCulture)} earlier",
                    "0.0",
                    curve.Of(all => all.StepsTo(distance, point => point.Reordered) - all.StepsTo(distance, point => point.Winograd))
                );
            }
        }

        return 0;
    }

    private static void Print(string name, string format, Estimate estimate) =>
        Console.WriteLine(
            $"{name}: {estimate.Value.ToString(format, CultureInfo.InvariantCulture)} +- {estimate.Error.ToString(format, CultureInfo.InvariantCulture)}"
        );
}
