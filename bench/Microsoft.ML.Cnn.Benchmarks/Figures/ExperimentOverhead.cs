using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Cnn.Benchmarks.Figures;

/// <summary>
/// What an experiment takes beyond the training of its trials: its time against that of training the same networks for the same epochs one after the other, in turn with it in the same
/// process. Proposing, journal, checkpoints, latencies and the passes that begin a continued training all count. Of the whole Fashion-MNIST: it must be installed.
/// </summary>
internal static class ExperimentOverhead
{
    private const int Trials = 3;
    private const int Epochs = 9;
    private const int Repetitions = 3;

    public static int Run()
    {
        MLContext ml = new(seed: 1);
        IDataView rows = FashionMnist.Load(ml, Repository.FullFashionMnist, "train");
        ValueToKeyMappingTransformer keys = ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows);
        IDataView train = ml.Data.Cache(keys.Transform(rows));
        IDataView validation = ml.Data.Cache(keys.Transform(FashionMnist.Load(ml, Repository.FullFashionMnist, "t10k")));
        Console.WriteLine("| halving | experiment (s) | trainings alone (s) | overhead (lowest to highest) |");
        Console.WriteLine("|---|--:|--:|---|");
        foreach (CnnHalving halving in new[] { CnnHalving.None, CnnHalving.Asynchronous })
        {
            Compare(ml, train, validation, halving);
        }

        return 0;
    }

    private static void Compare(MLContext ml, IDataView train, IDataView validation, CnnHalving halving)
    {
        double[] experiments = new double[Repetitions];
        double[] trainings = new double[Repetitions];
        for (int repetition = -1; repetition < Repetitions; repetition++)
        {
            CnnExperiment experiment = ml
                .MulticlassClassification.CreateCnnExperiment(new CnnExperimentSettings { Seed = 1, MaxModels = Trials })
                .SetDataset(train, validation)
                .SetSearchSpace(new() { { "LearningRate", CnnSearchOption.LogUniform(0.005, 0.05) } })
                .SetOptions(Options)
                .SetHalving(halving)
                .SetMaxEpoch(Epochs);
            double whole = Seconds(() => experiment.Run());
            double alone = Seconds(() =>
            {
                foreach (CnnTrialResult trial in experiment.Trials)
                {
                    Train(ml, train, validation, trial);
                }
            });
            if (repetition >= 0)
            {
                (experiments[repetition], trainings[repetition]) = (whole, alone);
            }
        }

        double[] overheads = [.. experiments.Zip(trainings, (whole, alone) => whole / alone - 1).Order()];
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {halving} | {experiments.Order().ElementAt(Repetitions / 2):0.00} | {trainings.Order().ElementAt(Repetitions / 2):0.00} | {overheads[Repetitions / 2]:0.0%} ({overheads[0]:0.0%} to {overheads[^1]:0.0%}) |"
            )
        );
    }

    private static void Train(MLContext ml, IDataView train, IDataView validation, CnnTrialResult trial)
    {
        using CancellationTokenSource pause = new();
        CnnMulticlassTrainer.Options options = Options(trial.TrialSettings.Parameters);
        options.Epoch = Epochs;
        options.Seed = 1 + trial.TrialSettings.TrialId;
        options.ValidationSet = validation;
        options.CancellationToken = pause.Token;
        options.OnCancellation = OnCancellation.ReturnBest;
        options.MetricsCallback = epoch =>
        {
            if (epoch.Epoch == trial.Epochs && epoch.Epoch < Epochs)
            {
                pause.Cancel();
            }
        };
        _ = ml.MulticlassClassification.Trainers.Cnn(options).Fit(train);
    }

    private static CnnMulticlassTrainer.Options Options(CnnParameters parameters) =>
        new() { Network = Architectures.LeNet5(), LearningRate = parameters.Get<float>("LearningRate") };

    private static double Seconds(Action action)
    {
        long begun = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }
}
