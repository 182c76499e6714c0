using System.Globalization;
using Microsoft.ML.Cnn.Benchmarks.Networks;

namespace Microsoft.ML.Cnn.Benchmarks.Figures;

/// <summary>What Fit and Transform cost a row beyond the bare plans that do the same work, run in turns.</summary>
internal static class Overhead
{
    public const int DefaultRows = 60_000;

    private const int TrainedAtOnce = 64;
    private const int ScoredAtOnce = 256;
    private const int Turns = 5;
    private const int Epochs = 5;

    public static int Run(int threads, int rows = DefaultRows)
    {
        MLContext ml = new(seed: 1);
        IDataView images = ml.Data.LoadFromEnumerable(RandomImage.List(rows));
        using BarePlans training = new(TrainedAtOnce, threads);
        using BarePlans scoring = new(ScoredAtOnce, threads);
        ITransformer model = Pipeline.Fit(ml, images, TrainedAtOnce, threads);

        Console.WriteLine(
            $"{rows:N0} rows of {RandomImage.Pixels} floats in memory, {threads} threads, medians of {Turns} turns, us a row:"
        );
        Compare(
            "Fit, first pass and 5 epochs, a row of an epoch",
            Epochs * rows,
            () => Pipeline.Fit(ml, images, TrainedAtOnce, threads, epochs: Epochs),
            () => Repeat(Epochs * (rows + TrainedAtOnce - 1) / TrainedAtOnce, training.Train)
        );
        Compare(
            "Transform",
            rows,
            () => Pipeline.Score(model, images),
            () => Repeat((rows + ScoredAtOnce - 1) / ScoredAtOnce, () => scoring.Predict())
        );
        return 0;
    }

    private static void Compare(string name, int rows, Action pipeline, Action bare)
    {
        // The JIT's last tier first.
        pipeline();
        bare();
        (Usage Pipeline, Usage Bare)[] turns = [.. Enumerable.Range(0, Turns).Select(_ => (Usage.Of(pipeline), Usage.Of(bare)))];
        Print(name, turns, rows, "wall", usage => usage.Wall);
        Print(name, turns, rows, "CPU", usage => usage.Cpu);
    }

    private static void Print(string name, (Usage Pipeline, Usage Bare)[] turns, int rows, string clock, Func<Usage, double> seconds)
    {
        double Median(Func<(Usage Pipeline, Usage Bare), double> of) => 1e6 * turns.Select(of).Order().ElementAt(Turns / 2) / rows;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name, -48} {clock, -4}  pipeline {Median(turn => seconds(turn.Pipeline)), 7:0.00}   bare plan {Median(turn => seconds(turn.Bare)), 7:0.00}   beyond it {Median(turn => seconds(turn.Pipeline) - seconds(turn.Bare)), 6:0.00}"
            )
        );
    }

    private static void Repeat(int times, Action action)
    {
        for (int i = 0; i < times; i++)
        {
            action();
        }
    }
}
