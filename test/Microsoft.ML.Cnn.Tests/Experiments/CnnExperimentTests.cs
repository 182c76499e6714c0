using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Cnn.Training.Checkpoints;

namespace Microsoft.ML.Cnn.Tests.Experiments;

public sealed class CnnExperimentTests : IDisposable
{
    private const int Models = 8;

    private readonly MLContext context = new(seed: 1);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_finds_a_network_that_tells_the_images_apart()
    {
        CnnExperiment experiment = Small();
        CnnTrialResult best = experiment.Run();

        Assert.Equal(Models, experiment.Trials.Length);
        Assert.All(experiment.Trials, trial => Assert.Null(trial.Error));
        Assert.Equal(experiment.Trials.Max(trial => trial.Metric), best.Metric);
        Assert.Equal(best.LearningCurve.Max(), best.Metric);
        Assert.Equal(best.Epochs, best.LearningCurve.Length);
        double accuracy = context
            .MulticlassClassification.Evaluate(best.Model!.Transform(TinyImages.View(context, 45, seed: 700)))
            .MicroAccuracy;
        Assert.Equal(best.Metric, accuracy, 1e-6);
        Assert.True(accuracy > 0.8, $"{accuracy}");
    }

    [Fact]
    public void A_network_that_the_images_do_not_fit_is_recorded_and_the_search_goes_on()
    {
        CnnExperiment experiment = Small()
            .SetSearchSpace(
                new() { { "Network", CnnSearchOption.Alternatives(("Stack", new() { { "Blocks", CnnSearchOption.Integer(1, 4) } })) } }
            )
            .SetGridSearchTuner()
            .SetMaxEpoch(1);
        experiment.Run();

        // Images of 6 x 6 cannot be halved three times.
        Assert.Equal([false, false, true, true], experiment.Trials.Select(trial => trial.Error is not null));
        Assert.Contains("ShapeException", experiment.Trials[^1].Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_interrupted_ends_in_the_same_trials_and_the_same_winner()
    {
        CnnExperiment expected = Small();
        CnnTrialResult winner = expected.Run();

        CnnTrialResult? best = null;
        CnnExperiment experiment = Small();
        for (int epochs = 3; best is null; epochs += 5)
        {
            using CancellationTokenSource cancellation = new();
            experiment = Small().SetCheckpoint(folder.Path).SetMonitor(new CancelingMonitor(cancellation, epochs));
            try
            {
                CnnTrialResult result = await experiment.RunAsync(cancellation.Token);
                best = cancellation.IsCancellationRequested ? null : result;
            }
            catch (OperationCanceledException) { }
        }

        Assert.Equal(expected.Trials.Select(SmallExperiment.Describe), experiment.Trials.Select(SmallExperiment.Describe));
        Assert.Equal(Weights(winner), Weights(best));
    }

    [Fact]
    public void The_front_has_what_is_best_at_its_cost()
    {
        CnnExperiment experiment = Small();
        CnnTrialResult best = experiment.Run();
        CnnTrialResult[] front = [.. experiment.ParetoFront(trial => trial.ParameterCount)];
        Assert.Equal(best.Loss, front[^1].Loss);
        Assert.Equal(front.OrderBy(trial => trial.ParameterCount).ThenByDescending(trial => trial.Loss), front);
        Assert.All(
            front,
            trial =>
                Assert.DoesNotContain(
                    experiment.Trials,
                    other => other.Error is null && other.ParameterCount <= trial.ParameterCount && other.Loss < trial.Loss
                )
        );
    }

    [Fact]
    public void A_space_and_options_of_ones_own_are_searched()
    {
        CnnSearchSpace space = new() { { "Filters", CnnSearchOption.Integer(2, 5) }, { "Rate", CnnSearchOption.LogUniform(0.01, 0.1) } };
        CnnExperiment experiment = Small()
            .SetSearchSpace(space)
            .SetOptions(parameters => new CnnMulticlassTrainer.Options
            {
                Network = Network.Sequential(new Conv2D(parameters.Get<int>("Filters"), 3), new ReLU()),
                LearningRate = parameters.Get<float>("Rate"),
            })
            .SetHalving(CnnHalving.None)
            .SetMaxEpoch(2)
            .SetMaxModelToExplore(3);
        CnnTrialResult best = experiment.Run();
        Assert.Equal(3, experiment.Trials.Length);
        Assert.All(experiment.Trials, trial => Assert.Equal(2, trial.Epochs));
        CnnMulticlassPredictionTransformer model = Assert.IsType<CnnMulticlassPredictionTransformer>(best.Model);
        Assert.Equal(best.TrialSettings.Parameters.Get<int>("Filters"), Assert.IsType<Conv2D>(model.Model.Model.Network.Layers[0]).Filters);
    }

    [Fact]
    public void What_cannot_work_is_refused_by_the_call_that_asks_for_it()
    {
        CnnExperiment experiment = context.MulticlassClassification.CreateCnnExperiment();
        Assert.Throws<ArgumentException>(() => experiment.SetSearchSpace([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => experiment.SetTrainingTimeInSeconds(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => experiment.SetMaxModelToExplore(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => experiment.SetMetric((CnnMetric)77));
        Assert.Throws<ArgumentOutOfRangeException>(() => experiment.SetDataset(TinyImages.View(context), 1));
        Assert.Contains("SetDataset", Assert.Throws<InvalidOperationException>(() => experiment.Run()).Message, StringComparison.Ordinal);
        experiment.SetDataset(TinyImages.View(context), TinyImages.View(context));
        Assert.Contains("never end", Assert.Throws<InvalidOperationException>(() => experiment.Run()).Message, StringComparison.Ordinal);
        experiment.SetMaxModelToExplore(1).SetSearchSpace(new() { { "Learning", CnnSearchOption.Uniform(0, 1) } });
        Assert.Contains(
            "'Learning' is no option",
            Assert.Throws<ArgumentException>(() => experiment.Run()).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_folder_of_another_experiment_is_refused()
    {
        Small().SetMaxModelToExplore(1).SetCheckpoint(folder.Path).Run();
        Assert.Throws<CnnCheckpointException>(() => Small().SetSeed(9).SetCheckpoint(folder.Path).Run());
        Assert.Throws<CnnCheckpointException>(() =>
            Small().SetDataset(TinyImages.View(context), TinyImages.View(context, 46, seed: 700)).SetCheckpoint(folder.Path).Run()
        );
        Assert.Throws<CnnCheckpointException>(() =>
            Small().SetDataset(TinyImages.View(context, 44), TinyImages.View(context, 45, seed: 700)).SetCheckpoint(folder.Path).Run()
        );
    }

    [Fact]
    public void A_folder_is_that_of_one_experiment_at_a_time()
    {
        using CheckpointFolder claimed = CheckpointFolder.Open(folder.Path);
        Assert.Contains(
            "in use",
            Assert.Throws<CnnCheckpointException>(() => Small().SetCheckpoint(folder.Path).Run()).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Trials_at_once_train_each_with_its_share_of_the_cores_and_find_one_as_good()
    {
        CnnExperiment experiment = Small().SetConcurrentTrials(3).SetCheckpoint(folder.Path);
        CnnTrialResult best = experiment.Run();
        Assert.Equal(Models, experiment.Trials.Length);
        Assert.Equal(experiment.Trials.Min(trial => trial.Loss), best.Loss);
        Assert.True(best.Metric > 0.8, $"{best.Metric}");
        Assert.NotNull(best.Model);
    }

    [Fact]
    public void One_model_is_trained_to_its_end()
    {
        CnnTrialResult best = Small().SetMaxModelToExplore(1).Run();
        Assert.Equal((0, 9), (best.TrialSettings.TrialId, best.Epochs));
        Assert.Equal(9, best.LearningCurve.Length);
    }

    [Fact]
    public async Task When_time_is_over_in_the_midst_of_the_only_trial_that_is_what_there_is()
    {
        using CancellationTokenSource cancellation = new();
        CnnExperiment experiment = Small().SetHalving(CnnHalving.None).SetMonitor(new CancelingMonitor(cancellation, epochs: 4));
        CnnTrialResult best = await experiment.RunAsync(cancellation.Token);
        Assert.Equal((0, 4), (best.TrialSettings.TrialId, best.Epochs));
        Assert.Equal(4, best.LearningCurve.Length);
        Assert.Equal(best.LearningCurve.Max(), best.Metric);
        Assert.NotNull(best.Model);
    }

    [Fact]
    public void It_ends_when_its_time_is_over()
    {
        CnnExperiment experiment = Small().SetMaxModelToExplore(int.MaxValue).SetTrainingTimeInSeconds(2);
        Assert.NotNull(experiment.Run().Model);
        Assert.NotEmpty(experiment.Trials);
    }

    [Fact]
    public void A_trial_that_diverges_is_recorded_and_the_search_goes_on()
    {
        CnnExperiment experiment = Small()
            .SetSearchSpace(new() { { "Rate", CnnSearchOption.Choice(1e30, 0.05) } })
            .SetOptions(parameters => new CnnMulticlassTrainer.Options
            {
                Network = Network.Sequential(new Conv2D(3, 3), new ReLU()),
                LearningRate = parameters.Get<float>("Rate"),
                BatchSize = 8,
            })
            .SetRandomSearchTuner();
        CnnTrialResult best = experiment.Run();
        Assert.Equal(0.05, best.TrialSettings.Parameters.Get<double>("Rate"));
        CnnTrialResult[] diverged = [.. experiment.Trials.Where(trial => trial.TrialSettings.Parameters.Get<double>("Rate") > 1)];
        Assert.NotEmpty(diverged);
        Assert.All(diverged, trial => Assert.StartsWith("TrainingDivergedException", trial.Error, StringComparison.Ordinal));
        Assert.All(diverged, trial => Assert.False(trial.HasMetric));
        Assert.All(diverged, trial => Assert.NotNull(trial.PeakMemoryInMegaByte));
    }

    [Fact]
    public void Workspaces_of_trials_that_are_over_do_not_stay_on_the_disk()
    {
        CnnExperiment experiment = Small().SetHalving(CnnHalving.None).SetMaxEpoch(2).SetCheckpoint(folder.Path);
        CnnTrialResult best = experiment.Run();
        Assert.Equal(
            [FormattableString.Invariant($"trial-{best.TrialSettings.TrialId:0000}")],
            Directory.GetDirectories(folder.Path).Select(Path.GetFileName)
        );
    }

    private CnnExperiment Small() =>
        context
            .MulticlassClassification.CreateCnnExperiment()
            .SetDataset(TinyImages.View(context), TinyImages.View(context, 45, seed: 700))
            .SetSeed(2)
            .SetMaxEpoch(9)
            .SetMaxModelToExplore(Models);

    private static float[] Weights(CnnTrialResult trial) =>
        Assert.IsType<CnnMulticlassPredictionTransformer>(trial.Model).Model.Model.GetParameter("output/weight");
}
