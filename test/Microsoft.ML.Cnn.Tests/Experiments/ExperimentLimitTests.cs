using System.Collections.Immutable;
using Microsoft.ML.Cnn.Experiments.Trials;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Experiments;

/// <summary>Memory, size and speed of networks, and runners of one's own.</summary>
public class ExperimentLimitTests
{
    private readonly MLContext context = new(seed: 1);

    [Fact]
    public void A_trial_that_would_take_too_much_memory_fails_before_it_begins()
    {
        CnnExperiment experiment = Small(units => units);
        experiment.SetMaximumMemoryUsageInMegaByte(Environment.WorkingSet / (1 << 20) + 2000).Run();
        Assert.Null(experiment.Trials[0].Error);
        Assert.Contains("are allowed", experiment.Trials[1].Error, StringComparison.Ordinal);
        Assert.Empty(experiment.Trials[1].LearningCurve);
    }

    [Fact]
    public void A_trial_that_is_found_to_take_too_much_fails_and_the_search_goes_on()
    {
        CnnExperiment experiment = Small(_ => 4).SetMaximumMemoryUsageInMegaByte(Environment.WorkingSet / 2.0 / (1 << 20));
        Assert.Contains("The process used", Assert.Throws<TimeoutException>(() => experiment.Run()).Message, StringComparison.Ordinal);
        Assert.Equal(2, experiment.Trials.Length);
    }

    [Fact]
    public void A_network_with_too_many_parameters_is_not_trained()
    {
        CnnExperiment experiment = Small(units => Math.Min(units, 2000)).SetMaximumParameterCount(5000);
        CnnTrialResult best = experiment.Run();
        Assert.InRange(best.ParameterCount!.Value, 1, 5000);
        Assert.Contains("and may change 5,000.", experiment.Trials[1].Error, StringComparison.Ordinal);
        Assert.Empty(experiment.Trials[1].LearningCurve);
    }

    [Fact]
    public void A_network_that_scores_too_slowly_is_not_trained()
    {
        CnnExperiment experiment = Small(_ => 4).SetMaximumLatencyInMilliseconds(1e-9);
        Assert.Contains("ms to score an image", Assert.Throws<TimeoutException>(() => experiment.Run()).Message, StringComparison.Ordinal);
        Assert.All(experiment.Trials, trial => Assert.Empty(trial.LearningCurve));
        Assert.All(Run(Small(_ => 4).SetMaximumLatencyInMilliseconds(1e9)), trial => Assert.Null(trial.Error));
    }

    [Fact]
    public void Limits_are_above_zero()
    {
        CnnExperiment experiment = context.MulticlassClassification.CreateCnnExperiment();
        Assert.Throws<ArgumentOutOfRangeException>(() => experiment.SetMaximumParameterCount(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => experiment.SetMaximumLatencyInMilliseconds(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => experiment.SetMaximumLatencyInMilliseconds(double.NaN));
    }

    [Fact]
    public void What_the_process_uses_is_recorded()
    {
        CnnExperiment experiment = Small(_ => 4);
        experiment.Run();
        Assert.All(
            experiment.Trials,
            trial =>
            {
                Assert.InRange(trial.PeakMemoryInMegaByte!.Value, 10, 1e6);
                Assert.InRange(trial.PeakCpu!.Value, 0, 1);
            }
        );
    }

    [Fact]
    public void A_runner_trains_in_the_place_of_the_experiment()
    {
        ITransformer model = context.Transforms.CopyColumns("Copy", "Label").Fit(TinyImages.View(context));
        Runner runner = new(settings => settings.Parameters.Get<double>("x") - 0.1 * settings.Epochs, model);
        CnnExperiment experiment = context
            .Regression.CreateCnnExperiment()
            .SetTrialRunner(runner)
            .SetSearchSpace(new() { { "x", CnnSearchOption.Uniform(0, 1) } })
            .SetRandomSearchTuner(seed: 3)
            .SetMaxEpoch(9)
            .SetMaxModelToExplore(9);
        CnnTrialResult best = experiment.Run();
        Assert.Equal(9, experiment.Trials.Length);
        Assert.Equal(9, best.Epochs);
        Assert.Equal(experiment.Trials.Min(trial => trial.Loss), best.Loss);
        Assert.Same(model, best.Model);
        Assert.Equal([1, 3, 9], runner.Epochs.Distinct().Order());
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void A_loss_of_a_runner_that_is_no_number_is_a_failure(double loss)
    {
        CnnExperiment experiment = context
            .Regression.CreateCnnExperiment(new CnnExperimentSettings { MaxModels = 2 })
            .SetTrialRunner(new Runner(settings => settings.TrialId == 0 ? loss : 1, null));
        experiment.Run();
        Assert.Contains("The runner's loss is", experiment.Trials[0].Error, StringComparison.Ordinal);
        Assert.Null(experiment.Trials[1].Error);
    }

    [Fact]
    public void What_has_no_effect_on_a_runner_is_refused()
    {
        CnnExperiment WithRunner() =>
            context.Regression.CreateCnnExperiment(new CnnExperimentSettings { MaxModels = 2 }).SetTrialRunner(new Runner(_ => 1, null));
        void Refused(CnnExperiment experiment, string what) =>
            Assert.Contains(what, Assert.Throws<InvalidOperationException>(() => experiment.Run()).Message, StringComparison.Ordinal);
        Refused(WithRunner().SetRefit(), "SetRefit");
        Refused(WithRunner().SetMaximumParameterCount(5), "limit");
        Refused(WithRunner().SetOptions(_ => new CnnRegressionTrainer.Options()), "SetOptions");
        Refused(WithRunner().SetPipeline(_ => context.Transforms.CopyColumns("A", "B")), "SetPipeline");
    }

    [Fact]
    public void Where_no_trial_succeeds_that_is_said()
    {
        Runner runner = new(_ => throw new InvalidDataException("bad luck"), null);
        CnnExperiment experiment = context
            .Regression.CreateCnnExperiment(new CnnExperimentSettings { MaxModels = 3 })
            .SetTrialRunner(runner);
        Assert.Contains(
            "None of 3 trials succeeded; the last one: InvalidDataException: bad luck",
            Assert.Throws<TimeoutException>(() => experiment.Run()).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Of_all_models_the_best_is_kept()
    {
        ITransformer[] models =
        [
            .. Enumerable.Range(0, 3).Select(i => context.Transforms.CopyColumns($"Copy{i}", "Label").Fit(TinyImages.View(context))),
        ];
        BestModel best = new();
        best.Offer(0, 1, 0.5, models[0]);
        best.Offer(1, 1, 0.7, models[1]);
        Assert.Same(models[0], best.Of(Result(0, 1)));
        Assert.Null(best.Of(Result(1, 1)));
        best.Offer(1, 3, 0.4, models[2]);
        Assert.Same(models[2], best.Of(Result(1, 3)));
        Assert.Null(best.Of(Result(1, 1)));
        Assert.Null(best.Of(Result(0, 1)));
    }

    private static ImmutableArray<CnnTrialResult> Run(CnnExperiment experiment)
    {
        experiment.Run();
        return experiment.Trials;
    }

    private static CnnTrialResult Result(int trial, int epochs) =>
        new()
        {
            TrialSettings = new CnnTrialSettings(trial, new CnnSearchSpace().Defaults),
            Loss = 0,
            Metric = 0,
            Epochs = epochs,
            DurationInMilliseconds = 0,
        };

    private CnnExperiment Small(Func<int, int> units) =>
        context
            .MulticlassClassification.CreateCnnExperiment()
            .SetDataset(TinyImages.View(context), TinyImages.View(context, 45, seed: 700))
            .SetSearchSpace(new() { { "Units", CnnSearchOption.Choice(4, 30_000_000) } })
            .SetOptions(parameters => new CnnMulticlassTrainer.Options
            {
                Network = Network.Sequential(new Flatten(), new Dense(units(parameters.Get<int>("Units")))),
                BatchSize = 8,
            })
            .SetGridSearchTuner()
            .SetHalving(CnnHalving.None)
            .SetMaxEpoch(1)
            .SetMaxModelToExplore(2);

    private sealed class Runner(Func<CnnTrialSettings, double> loss, ITransformer? model) : ICnnTrialRunner
    {
        public List<int> Epochs { get; } = [];

        public Task<CnnTrialResult> RunAsync(CnnTrialSettings settings, CancellationToken cancellationToken)
        {
            Epochs.Add(settings.Epochs);
            double reached = loss(settings);
            return Task.FromResult(
                new CnnTrialResult
                {
                    TrialSettings = settings,
                    Model = model,
                    Loss = reached,
                    Metric = reached,
                    Epochs = settings.Epochs,
                    DurationInMilliseconds = 1,
                }
            );
        }
    }
}
