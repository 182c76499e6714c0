using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Cnn.Benchmarks.Networks;

namespace Microsoft.ML.Cnn.Benchmarks.Figures;

/// <summary>What Fit and Transform cost a row beyond the bare plans that do the same work, run in turns.</summary>
internal static class Overhead
{
    private const int Rows = 60_000;
    private const int TrainedAtOnce = 64;
    private const int ScoredAtOnce = 256;
    private const int Turns = 5;
    private const int Epochs = 5;

    public static int Run(int threads)
    {
        MLContext ml = new(seed: 1);
        IDataView images = ml.Data.LoadFromEnumerable(RandomImage.List(Rows));
        using BarePlans training = new(TrainedAtOnce, threads);
        using BarePlans scoring = new(ScoredAtOnce, threads);
        ITransformer model = Pipeline.Fit(ml, images, TrainedAtOnce, threads);

        Console.WriteLine(
            $"{Rows:N0} rows of {RandomImage.Pixels} floats in memory, {threads} threads, medians of {Turns} turns, us a row:"
        );
        Compare(
            "Fit, first pass and 5 epochs, a row of an epoch",
            Epochs * Rows,
            () => Pipeline.Fit(ml, images, TrainedAtOnce, threads, epochs: Epochs),
            () => Repeat(Epochs * (Rows + TrainedAtOnce - 1) / TrainedAtOnce, training.Train)
        );
        Compare(
            "Transform",
            Rows,
            () => Pipeline.Score(model, images),
            () => Repeat((Rows + ScoredAtOnce - 1) / ScoredAtOnce, () => scoring.Predict())
        );
        return 0;
    }

    private static void Compare(string name, int rows, Action pipeline, Action bare)
    {
        // The JIT's last tier first.
        pipeline();
        bare();
        (double Pipeline, double Bare)[] turns =
        [
            .. Enumerable.Range(0, Turns).Select(_ => (Measure(pipeline, rows), Measure(bare, rows))),
        ];
        double cost = Median(turns.Select(turn => turn.Pipeline - turn.Bare));
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name, -14}  pipeline {Median(turns.Select(turn => turn.Pipeline)), 7:0.00}   bare plan {Median(turns.Select(turn => turn.Bare)), 7:0.00}   beyond it {cost, 6:0.00}"
            )
        );
    }

    private static double Measure(Action action, int rows)
    {
        long begun = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(begun).TotalMicroseconds / rows;
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Turns / 2);

    private static void Repeat(int times, Action action)
    {
        for (int i = 0; i < times; i++)
        {
            action();
        }
    }
}
