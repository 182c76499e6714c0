using Microsoft.ML.Cnn.Experiments.Tasks;
using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Tests.Experiments;

public class ExperimentTaskTests
{
    private readonly MLContext context = new(seed: 1);

    [Theory]
    [InlineData(CnnMetric.Accuracy)]
    [InlineData(CnnMetric.AreaUnderRocCurve)]
    [InlineData(CnnMetric.AreaUnderPrecisionRecallCurve)]
    [InlineData(CnnMetric.F1Score)]
    [InlineData(CnnMetric.LogLoss)]
    public void True_and_false_are_told_apart_by_any_metric_of_the_task(CnnMetric metric)
    {
        IDataView validation = SmallExperiment.Booleans(context, 45, seed: 700);
        CnnTrialResult best = context
            .BinaryClassification.CreateCnnExperiment()
            .SetDataset(SmallExperiment.Booleans(context, 60), validation)
            .SetBinaryClassificationMetric(metric)
            .SetSearchSpace(SmallExperiment.Space)
            .SetOptions(SmallExperiment.Options<CnnBinaryTrainer.Options>)
            .SetMaxEpoch(9)
            .SetMaxModelToExplore(4)
            .Run();
        CalibratedBinaryClassificationMetrics metrics = context.BinaryClassification.Evaluate(best.Model!.Transform(validation));
        double expected = metric switch
        {
            CnnMetric.Accuracy => metrics.Accuracy,
            CnnMetric.AreaUnderRocCurve => metrics.AreaUnderRocCurve,
            CnnMetric.AreaUnderPrecisionRecallCurve => metrics.AreaUnderPrecisionRecallCurve,
            CnnMetric.F1Score => metrics.F1Score,
            _ => metrics.LogLoss * Math.Log(2),
        };
        Assert.Equal(expected, best.Metric, 1e-5);
        Assert.True(metric == CnnMetric.LogLoss ? best.Metric < 0.3 : best.Metric > 0.9, $"{best.Metric}");
    }

    [Theory]
    [InlineData(CnnMetric.RootMeanSquaredError)]
    [InlineData(CnnMetric.MeanSquaredError)]
    [InlineData(CnnMetric.MeanAbsoluteError)]
    [InlineData(CnnMetric.RSquared)]
    public void Numbers_are_predicted_by_any_metric_of_the_task(CnnMetric metric)
    {
        IDataView validation = SmallExperiment.Numbers(context, 45, seed: 700);
        CnnTrialResult best = context
            .Regression.CreateCnnExperiment()
            .SetDataset(SmallExperiment.Numbers(context, 60), validation)
            .SetRegressionMetric(metric)
            .SetSearchSpace(SmallExperiment.Space)
            .SetOptions(parameters =>
            {
                CnnRegressionTrainer.Options options = SmallExperiment.Options<CnnRegressionTrainer.Options>(parameters);
                options.LearningRate /= 5;
                return options;
            })
            .SetMaxEpoch(9)
            .SetMaxModelToExplore(4)
            .Run();
        RegressionMetrics metrics = context.Regression.Evaluate(best.Model!.Transform(validation));
        double expected = metric switch
        {
            CnnMetric.RootMeanSquaredError => metrics.RootMeanSquaredError,
            CnnMetric.MeanSquaredError => metrics.MeanSquaredError,
            CnnMetric.MeanAbsoluteError => metrics.MeanAbsoluteError,
            _ => metrics.RSquared,
        };
        Assert.Equal(expected, best.Metric, 1e-3 * expected);
        Assert.True(metrics.RSquared > 0.7, $"{metrics.RSquared}");
    }

    [Theory]
    [InlineData(CnnMetric.MacroAccuracy)]
    [InlineData(CnnMetric.LogLoss)]
    public void Smoothed_labels_do_not_touch_the_metrics_of_classes(CnnMetric metric)
    {
        IDataView validation = TinyImages.View(context, 45, seed: 700);
        CnnTrialResult best = context
            .MulticlassClassification.CreateCnnExperiment()
            .SetDataset(TinyImages.View(context), validation)
            .SetMulticlassClassificationMetric(metric)
            .SetSearchSpace(SmallExperiment.Space)
            .SetOptions(parameters =>
            {
                CnnMulticlassTrainer.Options options = SmallExperiment.Options<CnnMulticlassTrainer.Options>(parameters);
                options.LabelSmoothing = 0.3f;
                return options;
            })
            .SetMaxEpoch(6)
            .SetMaxModelToExplore(3)
            .Run();
        MulticlassClassificationMetrics metrics = context.MulticlassClassification.Evaluate(best.Model!.Transform(validation));
        Assert.Equal(metric == CnnMetric.LogLoss ? metrics.LogLoss : metrics.MacroAccuracy, best.Metric, 1e-5);
    }

    [Fact]
    public void By_default_every_task_searches_architectures_and_a_regression_its_loss()
    {
        CnnExperiment binary = context
            .BinaryClassification.CreateCnnExperiment(new CnnExperimentSettings { MaxModels = 2, Seed = 3 })
            .SetDataset(SmallExperiment.Booleans(context, 60), SmallExperiment.Booleans(context, 30, seed: 700))
            .SetMaxEpoch(2);
        CnnExperiment regression = context
            .Regression.CreateCnnExperiment(new CnnExperimentSettings { MaxModels = 2, Seed = 3 })
            .SetDataset(SmallExperiment.Numbers(context, 60), SmallExperiment.Numbers(context, 30, seed: 700))
            .SetMaxEpoch(2);
        Assert.NotNull(binary.Run().Model);
        Assert.NotNull(regression.Run().Model);
        Assert.All(binary.Trials, trial => Assert.True(trial.TrialSettings.Parameters.Contains("Network")));
        Assert.All(
            regression.Trials,
            trial => Assert.Contains(trial.TrialSettings.Parameters.Get<string>("Loss"), new[] { "SquaredLoss", "HuberLoss" })
        );
    }

    [Fact]
    public void The_default_space_has_every_option_that_bears_a_range_or_a_choice_and_begins_with_the_defaults()
    {
        string[] shared = ["Augmentation", "BatchSize", "LearningRate", "LearningRateScheduler", "Network", "Optimizer", "WeightDecay"];
        Assert.Equal(
            [.. shared.Append("LabelSmoothing").Order(StringComparer.Ordinal)],
            Names(DefaultSpace.Create(typeof(CnnMulticlassTrainer.Options), image: null))
        );
        Assert.Equal(
            [.. shared.Append("LabelSmoothing").Order(StringComparer.Ordinal)],
            Names(DefaultSpace.Create(typeof(CnnBinaryTrainer.Options), image: null))
        );
        Assert.Equal(
            [.. shared.Append("Loss").Order(StringComparer.Ordinal)],
            Names(DefaultSpace.Create(typeof(CnnRegressionTrainer.Options), image: null))
        );

        CnnMulticlassTrainer.Options expected = new();
        CnnMulticlassTrainer.Options first = new();
        OptionNames.Apply(
            DefaultSpace.Create(typeof(CnnMulticlassTrainer.Options), image: null).Defaults,
            first,
            TinyImages.View(context).Schema
        );
        Assert.Equal(
            (expected.Optimizer, expected.LearningRate, expected.LearningRateScheduler, expected.Augmentation, expected.LabelSmoothing),
            (first.Optimizer, first.LearningRate, first.LearningRateScheduler, first.Augmentation, first.LabelSmoothing)
        );
    }

    [Fact]
    public void An_adaptive_optimizer_takes_a_twentieth_of_the_learning_rate_and_decays_as_much()
    {
        CnnSearchSpace space = new()
        {
            { "Optimizer", CnnSearchOption.Choice("AdamW", "Sgd") },
            { "LearningRate", CnnSearchOption.LogUniform(0.01, 0.1, 0.04) },
            { "WeightDecay", CnnSearchOption.LogUniform(1e-4, 1e-2, 1e-3) },
        };
        CnnBinaryTrainer.Options options = new();
        OptionNames.Apply(space.Defaults, options, TinyImages.View(context).Schema);
        Assert.Equal(0.002f, options.LearningRate, 1e-6f);
        Assert.Equal(0.02f, Assert.IsType<AdamW>(options.Optimizer).WeightDecay, 1e-6f);
    }

    [Fact]
    public void A_metric_of_another_task_is_refused_at_the_call()
    {
        CnnExperiment binary = context.BinaryClassification.CreateCnnExperiment();
        CnnExperiment regression = context.Regression.CreateCnnExperiment();
        CnnExperiment multiclass = context.MulticlassClassification.CreateCnnExperiment();
        Assert.Contains(
            "MicroAccuracy is no metric of binary classification. What would work: Accuracy",
            Assert.Throws<ArgumentException>(() => binary.SetMetric(CnnMetric.MicroAccuracy)).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentException>(() => multiclass.SetMetric(CnnMetric.RSquared));
        Assert.Throws<ArgumentException>(() => regression.SetRegressionMetric(CnnMetric.LogLoss));
        Assert.Contains(
            "SetRegressionMetric does not fit an experiment of binary classification",
            Assert.Throws<InvalidOperationException>(() => binary.SetRegressionMetric(CnnMetric.RSquared)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "takes CnnRegressionTrainer.Options",
            Assert.Throws<ArgumentException>(() => regression.SetOptions(SmallExperiment.Options<CnnBinaryTrainer.Options>)).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            context.Regression.CreateCnnExperiment(new CnnExperimentSettings { MaximumMemoryUsageInMegaByte = 0 })
        );
    }

    [Fact]
    public void Labels_of_another_task_are_refused_before_the_first_trial()
    {
        CnnExperiment experiment = context
            .BinaryClassification.CreateCnnExperiment()
            .SetDataset(TinyImages.View(context), TinyImages.View(context))
            .SetMaxModelToExplore(1);
        Assert.Contains(
            "Label column 'Label' must be",
            Assert.Throws<ArgumentOutOfRangeException>(() => experiment.Run()).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_seed_is_that_of_the_context_unless_given()
    {
        string[] Trials(MLContext of, int? seed)
        {
            CnnExperiment experiment = of
                .MulticlassClassification.CreateCnnExperiment(new CnnExperimentSettings { Seed = seed, MaxModels = 3 })
                .SetDataset(TinyImages.View(of), TinyImages.View(of, 30, seed: 700))
                .SetSearchSpace(SmallExperiment.Space)
                .SetOptions(SmallExperiment.Options<CnnMulticlassTrainer.Options>)
                .SetHalving(CnnHalving.None)
                .SetMaxEpoch(1);
            experiment.Run();
            return [.. experiment.Trials.Select(SmallExperiment.Describe)];
        }

        Assert.Equal(Trials(new MLContext(seed: 5), null), Trials(new MLContext(), 5));
        Assert.Equal(Trials(new MLContext(), null), Trials(new MLContext(seed: 9), 0));
        Assert.NotEqual(Trials(new MLContext(seed: 5), null), Trials(new MLContext(seed: 6), null));
    }

    [Fact]
    public void What_trials_do_is_in_the_log_of_the_context()
    {
        List<string> messages = [];
        MLContext logged = new(seed: 1);
        logged.Log += (_, message) => messages.Add(message.Message);
        logged
            .MulticlassClassification.CreateCnnExperiment()
            .SetDataset(TinyImages.View(logged), TinyImages.View(logged, 30, seed: 700))
            .SetMaxEpoch(1)
            .SetMaxModelToExplore(1)
            .Run();
        Assert.Contains(messages, message => message.Contains("Training ", StringComparison.Ordinal));
    }

    private static string[] Names(CnnSearchSpace space) => [.. space.Select(option => option.Key).Order(StringComparer.Ordinal)];
}
