using Microsoft.ML.Cnn.Experiments.Data;
using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Tests.Experiments;

public class ExperimentDataTests
{
    private readonly MLContext context = new(seed: 1);

    [Fact]
    public void Each_row_is_measured_with_in_one_fold_and_trained_on_in_the_others()
    {
        IDataView rows = Texts(90);
        IReadOnlyList<DataPair> pairs = new Folds(rows, 5).Pairs("Label", seed: 3);
        Assert.Equal(Pixels(rows), pairs.SelectMany(pair => Pixels(pair.Validation)).Order());
        Assert.All(
            pairs,
            pair =>
            {
                Assert.Equal(Pixels(rows), Pixels(pair.Validation).Concat(Pixels(pair.Train)).Order());
                Assert.Equal([6, 6, 6], Labels(pair.Validation).CountBy(label => label).Select(count => count.Value));
            }
        );
    }

    [Fact]
    public void A_share_is_held_out_of_each_class_whatever_the_kind_of_the_label()
    {
        DataPair texts = Assert.Single(new HeldOutShare(Texts(90), 0.2).Pairs("Label", seed: 3));
        Assert.Equal([6, 6, 6], Labels(texts.Validation).CountBy(label => label).Select(count => count.Value));
        DataPair keys = Assert.Single(new HeldOutShare(TinyImages.View(context, 90), 0.2).Pairs("Label", seed: 3));
        Assert.Equal([6, 6, 6], Keys(keys.Validation).CountBy(label => label).Select(count => count.Value));
        DataPair truths = Assert.Single(new HeldOutShare(SmallExperiment.Booleans(context, 90), 0.2).Pairs("Label", seed: 3));
        Assert.Equal(6, truths.Validation.GetColumn<bool>("Label").Count(label => label));
        Assert.Equal(12, truths.Validation.GetColumn<bool>("Label").Count(label => !label));
        DataPair numbers = Assert.Single(new HeldOutShare(SmallExperiment.Numbers(context, 90), 0.2).Pairs("Label", seed: 3));
        Assert.Equal(18, numbers.Validation.GetColumn<float>("Label").Count());
    }

    [Fact]
    public void The_same_seed_divides_in_the_same_way_in_whatever_order_rows_come()
    {
        IDataView rows = Texts(90);
        DataPair one = Assert.Single(new HeldOutShare(rows, 0.3).Pairs("Label", seed: 3));
        DataPair same = Assert.Single(new HeldOutShare(context.Data.ShuffleRows(rows, seed: 5), 0.3).Pairs("Label", seed: 3));
        DataPair other = Assert.Single(new HeldOutShare(rows, 0.3).Pairs("Label", seed: 4));
        Assert.Equal(Pixels(one.Validation), Pixels(same.Validation));
        Assert.NotEqual(Pixels(one.Validation), Pixels(other.Validation));
    }

    [Fact]
    public void More_folds_than_rows_and_fewer_than_two_are_refused()
    {
        Assert.Contains(
            "one would be empty",
            Assert.Throws<InvalidOperationException>(() => new Folds(Texts(3), 5).Pairs("Label", seed: 1)).Message,
            StringComparison.Ordinal
        );
        CnnExperiment experiment = context.MulticlassClassification.CreateCnnExperiment();
        Assert.Contains(
            "at least 2 folds, received 1",
            Assert.Throws<ArgumentOutOfRangeException>(() => experiment.SetDataset(Texts(9), 1)).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(CnnHalving.Asynchronous)]
    [InlineData(CnnHalving.Synchronous)]
    public void The_metric_of_folds_is_their_mean_and_all_have_as_many_epochs(CnnHalving halving)
    {
        CnnExperiment experiment = context
            .MulticlassClassification.CreateCnnExperiment()
            .SetDataset(TinyImages.View(context, 60), folds: 3)
            .SetSearchSpace(SmallExperiment.Space)
            .SetOptions(SmallExperiment.Options<CnnMulticlassTrainer.Options>)
            .SetHalving(halving)
            .SetMaxEpoch(9)
            .SetMaxModelToExplore(9);
        CnnTrialResult best = experiment.Run();
        Assert.Equal(9, experiment.Trials.Length);
        Assert.All(experiment.Trials, trial => Assert.Equal(trial.Epochs, trial.LearningCurve.Length));
        Assert.Equal(9, best.Epochs);
        Assert.Equal(experiment.Trials.Max(trial => trial.Metric), best.Metric);
        // No fold is worse at its best than all are at any time.
        Assert.True(best.Metric >= best.LearningCurve.Max() - 1e-9);
        Assert.NotNull(best.Model);
    }

    private IDataView Texts(int count) => context.Data.LoadFromEnumerable(TinyImages.Rows(count));

    private static double[] Pixels(IDataView rows) => [.. rows.GetColumn<float[]>("Features").Select(Sum).Order()];

    private static double Sum(float[] pixels) => pixels.Select((pixel, i) => (double)pixel * (i + 1)).Sum();

    private static IEnumerable<string> Labels(IDataView rows) => rows.GetColumn<string>("Label");

    private static IEnumerable<uint> Keys(IDataView rows) => rows.GetColumn<uint>("Label");
}
