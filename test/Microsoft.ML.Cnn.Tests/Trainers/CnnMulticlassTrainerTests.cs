using System.Reflection;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Tests.Trainers;

public class CnnMulticlassTrainerTests
{
    private readonly MLContext context = new(seed: 1);

    [Fact]
    public void Images_are_learned_and_evaluated_in_a_pipeline()
    {
        IDataView train = context.Data.LoadFromEnumerable(TinyImages.Rows(90));
        IDataView test = context.Data.LoadFromEnumerable(TinyImages.Rows(60, seed: 5000));
        ITransformer model = context
            .Transforms.Conversion.MapValueToKey("Label")
            .AppendCacheCheckpoint(context)
            .Append(context.MulticlassClassification.Trainers.Cnn(TinyImages.Network, epoch: 8, batchSize: 8))
            .Append(context.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .Fit(train);
        MulticlassClassificationMetrics metrics = context.MulticlassClassification.Evaluate(model.Transform(test));
        Assert.InRange(metrics.MicroAccuracy, 0.95, 1);
        Assert.InRange(metrics.LogLoss, 0, 0.3);
    }

    [Fact]
    public void Equal_seeds_give_equal_weights_on_however_many_threads()
    {
        float[] expected = Weights(options => options.Threads = 1);
        Assert.Equal(expected, Weights(options => options.Threads = 2));
        Assert.Equal(expected, Weights(options => options.Threads = 5));
        Assert.NotEqual(expected, Weights(options => options.Seed = 2));
    }

    [Fact]
    public void Without_a_seed_of_its_own_a_trainer_follows_the_context()
    {
        float[] Trained(int seed)
        {
            MLContext seeded = new(seed);
            CnnMulticlassTrainer.Options options = TinyImages.Options();
            options.Seed = null;
            CnnMulticlassTrainer trainer = seeded.MulticlassClassification.Trainers.Cnn(options);
            float[] weights = trainer.Fit(TinyImages.View(seeded)).Model.Model.GetParameter("output/weight");
            Assert.Equal(weights, trainer.Fit(TinyImages.View(seeded)).Model.Model.GetParameter("output/weight"));
            return weights;
        }

        Assert.Equal(Trained(7), Trained(7));
        Assert.NotEqual(Trained(7), Trained(8));
    }

    [Fact]
    public void A_row_of_weight_zero_counts_for_nothing_and_one_of_weight_two_for_more()
    {
        List<TinyImages.TextLabelled> rows = TinyImages.Rows(30);
        List<TinyImages.TextLabelled> more = [.. rows];
        more.Insert(
            3,
            new TinyImages.TextLabelled
            {
                Label = "left",
                Weight = 0,
                Features = TinyImages.Pixels(2, 1),
            }
        );
        float[] before = WeightedBy(rows);
        Assert.Equal(before, WeightedBy(more));
        rows[4].Weight = 2;
        Assert.NotEqual(before, WeightedBy(rows));
    }

    [Theory]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_weight_that_is_none_is_refused_with_its_row(float weight)
    {
        List<TinyImages.TextLabelled> rows = TinyImages.Rows(30);
        rows[17].Weight = weight;
        string message = Assert.Throws<InvalidOperationException>(() => WeightedBy(rows)).Message;
        Assert.Contains("'Weight'", message, StringComparison.Ordinal);
        Assert.Contains("row 18 ", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void A_pixel_that_is_no_number_is_refused_with_its_row(float pixel)
    {
        List<TinyImages.TextLabelled> rows = TinyImages.Rows(30);
        rows[11].Features[5] = pixel;
        string message = Assert.Throws<InvalidOperationException>(() => WeightedBy(rows)).Message;
        Assert.Contains("index 5", message, StringComparison.Ordinal);
        Assert.Contains("row 12 ", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_that_does_not_fit_the_images_is_refused_with_its_layer()
    {
        CnnMulticlassTrainer trainer = context.MulticlassClassification.Trainers.Cnn(
            Network.Sequential(new Conv2D(2, kernel: 9) { Name = "wide" })
        );
        Assert.Contains(
            "wide",
            Assert.Throws<ShapeException>(() => trainer.Fit(TinyImages.View(context))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Validation_data_is_measured_after_each_epoch()
    {
        List<CnnTrainingMetrics> metrics = [];
        CnnMulticlassTrainer trainer = context.MulticlassClassification.Trainers.Cnn(
            Options(options => options.MetricsCallback = metrics.Add)
        );
        trainer.Fit(TinyImages.View(context), TinyImages.View(context, 30, seed: 900));
        Assert.Equal(Enumerable.Range(1, 6), metrics.Select(epoch => epoch.Epoch));
        Assert.All(metrics, epoch => Assert.NotNull(epoch.ValidationLoss));
        Assert.InRange(metrics[^1].ValidationAccuracy!.Value, 0.9, 1);
    }

    [Fact]
    public void Validation_labels_with_keys_of_their_own_are_matched_by_value()
    {
        double? accuracy = null;
        CnnMulticlassTrainer trainer = context.MulticlassClassification.Trainers.Cnn(
            Options(options => options.MetricsCallback = metrics => accuracy = metrics.ValidationAccuracy)
        );
        IDataView withoutLeft = TinyImages.WithKeys(context, TinyImages.Rows(60, seed: 900).Where(row => row.Label != "left"));
        trainer.Fit(TinyImages.View(context), withoutLeft);
        Assert.InRange(accuracy!.Value, 0.9, 1);
        List<TinyImages.TextLabelled> unknown = TinyImages.Rows(6);
        unknown[0].Label = "sideways";
        Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Fit(TinyImages.View(context), TinyImages.WithKeys(context, unknown)));
    }

    [Fact]
    public void A_fraction_for_validation_is_not_trained_on()
    {
        CnnTrainingMetrics? last = null;
        CnnMulticlassTrainer trainer = context.MulticlassClassification.Trainers.Cnn(
            Options(options => (options.ValidationSetFraction, options.MetricsCallback) = (0.2f, metrics => last = metrics))
        );
        trainer.Fit(context.Data.Cache(TinyImages.View(context, 150)));
        Assert.Equal(120, last!.TrainImages);
        Assert.NotNull(last.ValidationAccuracy);
    }

    [Fact]
    public void Each_epoch_is_logged_reported_and_handed_to_the_callback()
    {
        List<string> log = [];
        context.Log += (_, entry) =>
        {
            if (entry.Kind == Runtime.ChannelMessageKind.Info && entry.Source.Contains("CnnMulticlassTrainer", StringComparison.Ordinal))
            {
                log.Add(entry.Message);
            }
        };
        Reports reports = new();
        context.MulticlassClassification.Trainers.Cnn(Options(options => options.Progress = reports)).Fit(TinyImages.View(context));
        Assert.Equal(6, reports.Received.Count);
        for (int epoch = 1; epoch <= 6; epoch++)
        {
            Assert.Single(log, message => message.Contains($"Epoch {epoch}/6: running train loss", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_token_stops_training()
    {
        using CancellationTokenSource source = new();
        int epochs = 0;
        CnnMulticlassTrainer trainer = context.MulticlassClassification.Trainers.Cnn(
            Options(options =>
            {
                (options.Epoch, options.CancellationToken) = (1000, source.Token);
                options.MetricsCallback = _ =>
                {
                    epochs++;
                    source.Cancel();
                };
            })
        );
        Assert.ThrowsAny<OperationCanceledException>(() => trainer.Fit(TinyImages.View(context)));
        Assert.Equal(1, epochs);
    }

    [Fact]
    public void A_cancelled_context_stops_training()
    {
        int epochs = 0;
        CnnMulticlassTrainer trainer = context.MulticlassClassification.Trainers.Cnn(
            Options(options =>
            {
                options.Epoch = 1000;
                options.MetricsCallback = _ =>
                {
                    epochs++;
                    typeof(MLContext)
                        .GetMethod("CancelExecution", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)!
                        .Invoke(context, []);
                };
            })
        );
        IDataView images = TinyImages.View(context);
        Assert.ThrowsAny<OperationCanceledException>(() => trainer.Fit(images));
        Assert.Equal(1, epochs);
    }

    private static CnnMulticlassTrainer.Options Options(Action<CnnMulticlassTrainer.Options> change)
    {
        CnnMulticlassTrainer.Options options = TinyImages.Options();
        change(options);
        return options;
    }

    private float[] Weights(Action<CnnMulticlassTrainer.Options> change) =>
        context
            .MulticlassClassification.Trainers.Cnn(Options(change))
            .Fit(TinyImages.View(context))
            .Model.Model.GetParameter("output/weight");

    private float[] WeightedBy(List<TinyImages.TextLabelled> rows) =>
        context
            .MulticlassClassification.Trainers.Cnn(Options(options => (options.ExampleWeightColumnName, options.Epoch) = ("Weight", 1)))
            .Fit(TinyImages.WithKeys(context, rows))
            .Model.Model.GetParameter("output/weight");

    private sealed class Reports : IProgress<CnnTrainingMetrics>
    {
        public List<CnnTrainingMetrics> Received { get; } = [];

        public void Report(CnnTrainingMetrics value) => Received.Add(value);
    }
}
