using System.Globalization;
using Microsoft.ML.Cnn.Tests.Experiments.Simulation;

namespace Microsoft.ML.Cnn.Benchmarks.Figures;

/// <summary>How far ways of searching are from the best recorded training, after the time of so many trainings to the end: medians and quartiles of 50 seeds.</summary>
internal static class ExperimentRegret
{
    private const int Seeds = 50;

    private static readonly int[] Times = [2, 5, 10, 20, 40];

    public static int Run(int workers)
    {
        RecordedCurve[] curves = RecordedCurve.ReadAll();
        RecordedTrainings trainings = new(curves);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{curves.Length} recorded trainings, the best with an accuracy of {1 - trainings.BestLoss:0.0000}; one takes {trainings.MeanSeconds:0.0} s on average; {workers} at once"
            )
        );
        Console.WriteLine($"| regret (quartiles) after the time of | {string.Join(" | ", Times.Select(time => $"{time} trainings"))} |");
        Console.WriteLine($"|---|{string.Concat(Times.Select(_ => "---|"))}");
        foreach (SearchWay way in new[] { SearchWay.Random, SearchWay.Tpe, SearchWay.RandomWithHalving, SearchWay.TpeWithHalving })
        {
            Console.WriteLine($"| {way.Name} | {string.Join(" | ", Times.Select(time => Quartiles(trainings, way, workers, time)))} |");
        }

        return 0;
    }

    private static string Quartiles(RecordedTrainings trainings, SearchWay way, int workers, int time)
    {
        double[] regrets =
        [
            .. Enumerable
                .Range(1, Seeds)
                .AsParallel()
                .Select(seed => SimulatedExperiment.Regret(trainings, way, seed, workers, time * trainings.MeanSeconds))
                .Order(),
        ];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{regrets[Seeds / 2]:0.0000} ({regrets[Seeds / 4]:0.0000} to {regrets[3 * Seeds / 4]:0.0000})"
        );
    }
}
