using System.Text.Json;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Experiments;

/// <summary>The winner: refitted, and saved with how it was found.</summary>
public sealed class ExperimentWinnerTests : IDisposable
{
    private readonly MLContext context = new(seed: 1);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_is_refitted_on_all_rows_for_as_many_epochs()
    {
        IDataView rows = TinyImages.View(context, 60);
        CnnTrialResult trial = Small().SetDataset(rows, 0.25).Run();
        CnnTrialResult refitted = Small().SetDataset(rows, 0.25).SetRefit().Run();
        Assert.True(refitted.IsRefitted);
        Assert.False(trial.IsRefitted);
        Assert.Equal(SmallExperiment.Describe(trial), SmallExperiment.Describe(refitted));

        CnnMulticlassTrainer.Options options = SmallExperiment.Options<CnnMulticlassTrainer.Options>(trial.TrialSettings.Parameters);
        options.Epoch = trial.Epochs;
        options.Seed = 2 + trial.TrialSettings.TrialId;
        Assert.Equal(Weights(context.MulticlassClassification.Trainers.Cnn(options).Fit(rows)), Weights(refitted.Model!));
        Assert.NotEqual(Weights(trial.Model!), Weights(refitted.Model!));
    }

    [Fact]
    public void Rows_for_training_and_for_validation_are_all_rows()
    {
        List<TinyImages.Labelled<bool>> rows =
        [
            .. Enumerable
                .Range(0, 60)
                .Select(i => new TinyImages.Labelled<bool> { Label = i % 3 == 0, Features = TinyImages.Pixels(i % 3, i) }),
        ];
        IDataView View(IEnumerable<TinyImages.Labelled<bool>> some) => context.Data.LoadFromEnumerable(some.ToList());
        CnnTrialResult refitted = context
            .BinaryClassification.CreateCnnExperiment()
            .SetDataset(View(rows.Take(45)), View(rows.Skip(45)))
            .SetSearchSpace(SmallExperiment.Space)
            .SetOptions(SmallExperiment.Options<CnnBinaryTrainer.Options>)
            .SetSeed(2)
            .SetMaxEpoch(3)
            .SetMaxModelToExplore(2)
            .SetRefit()
            .Run();
        CnnBinaryTrainer.Options options = SmallExperiment.Options<CnnBinaryTrainer.Options>(refitted.TrialSettings.Parameters);
        options.Epoch = refitted.Epochs;
        options.Seed = 2 + refitted.TrialSettings.TrialId;
        CnnBinaryPredictionTransformer expected = context.BinaryClassification.Trainers.Cnn(options).Fit(View(rows));
        CnnBinaryPredictionTransformer actual = Assert.IsType<CnnBinaryPredictionTransformer>(refitted.Model);

        // Rows come in another order than in one view, and so their sums are rounded otherwise.
        float[] image = TinyImages.Pixels(0, 999);
        Assert.Equal(expected.Model.Model.Normalization.Offsets[0], actual.Model.Model.Normalization.Offsets[0], 1e-3);
        Assert.Equal(expected.Model.Model.Predict(image)[0], actual.Model.Model.Predict(image)[0], 0.2);
    }

    [Fact]
    public void The_folder_holds_it_with_how_it_was_found()
    {
        IDataView rows = TinyImages.View(context, 60);
        CnnExperiment experiment = Small().SetDataset(rows, folds: 3).SetCheckpoint(folder.PathOf("experiment")).SetRefit();
        CnnTrialResult best = experiment.Run();
        experiment.Save(best, folder.PathOf("mine.zip"));

        foreach (string name in new[] { "experiment/best", "mine" })
        {
            ITransformer loaded = new MLContext().Model.Load(folder.PathOf($"{name}.zip"), out DataViewSchema schema);
            Assert.Equal(rows.Schema.Select(column => column.Name), schema.Select(column => column.Name));
            Assert.Equal(Weights(best.Model!), Weights(loaded));
            using JsonDocument found = JsonDocument.Parse(File.ReadAllBytes(folder.PathOf($"{name}.json")));
            JsonElement root = found.RootElement;
            Assert.Equal("multiclass classification", root.GetProperty("task").GetString());
            Assert.Equal("MicroAccuracy", root.GetProperty("metric").GetString());
            Assert.Equal(best.Metric, root.GetProperty("metricValue").GetDouble());
            Assert.Equal(
                best.TrialSettings.Parameters.Get<int>("Filters"),
                root.GetProperty("parameters").GetProperty("Filters").GetInt32()
            );
            Assert.Equal(2, root.GetProperty("seed").GetInt32());
            Assert.Equal("3 folds", root.GetProperty("data").GetString());
            Assert.True(root.GetProperty("isRefitted").GetBoolean());
            Assert.Equal(best.Epochs, root.GetProperty("learningCurve").GetArrayLength());
            Assert.Equal(Environment.Version.ToString(), root.GetProperty("versions").GetProperty(".NET").GetString());
        }
    }

    [Fact]
    public void A_schedule_that_watches_validation_rows_is_refused_before_the_search_where_the_winner_is_refitted()
    {
        CnnExperiment Watching(TrainingMetric metric) =>
            Small()
                .SetDataset(TinyImages.View(context, 60), 0.25)
                .SetOptions(parameters =>
                {
                    CnnMulticlassTrainer.Options options = SmallExperiment.Options<CnnMulticlassTrainer.Options>(parameters);
                    options.LearningRateScheduler = LearningRateSchedule.ReduceOnPlateau(metric: metric);
                    return options;
                });
        Assert.False(Watching(TrainingMetric.ValidationLoss).Run().IsRefitted);
        Assert.True(Watching(TrainingMetric.RunningTrainLoss).SetRefit().Run().IsRefitted);
        Assert.Contains(
            "none are left to measure with",
            Assert.Throws<InvalidOperationException>(() => Watching(TrainingMetric.ValidationLoss).SetRefit().Run()).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_trial_of_which_only_the_record_is_left_cannot_be_saved()
    {
        CnnExperiment experiment = Small().SetDataset(TinyImages.View(context, 60), 0.25);
        experiment.Run();
        Assert.Contains(
            "only its record left",
            Assert.Throws<ArgumentException>(() => experiment.Save(experiment.Trials[0], folder.PathOf("model.zip"))).Message,
            StringComparison.Ordinal
        );
    }

    private CnnExperiment Small() =>
        context
            .MulticlassClassification.CreateCnnExperiment()
            .SetSearchSpace(SmallExperiment.Space)
            .SetOptions(SmallExperiment.Options<CnnMulticlassTrainer.Options>)
            .SetSeed(2)
            .SetMaxEpoch(3)
            .SetMaxModelToExplore(4);

    private static float[] Weights(ITransformer model) =>
        Assert.IsType<CnnMulticlassPredictionTransformer>(model).Model.Model.GetParameter("output/weight");
}
