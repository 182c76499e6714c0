using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Tests.Trainers;

/// <summary>Two kinds of images: whether the bright square is on the left.</summary>
public class CnnBinaryTrainerTests
{
    private readonly MLContext context = new(seed: 1);

    [Fact]
    public void Promises_are_kept_and_wrong_inputs_refused_by_all_methods_alike()
    {
        IDataView valid = View(30);
        EstimatorContract.Check(
            context,
            Trainer(),
            valid,
            context.Transforms.DropColumns("Features").Fit(valid).Transform(valid),
            context.Transforms.Conversion.ConvertType("Features", outputKind: DataKind.Double).Fit(valid).Transform(valid)
        );
    }

    [Fact]
    public void It_learns_and_is_evaluated_by_MLNET()
    {
        CnnBinaryPredictionTransformer model = Trainer().Fit(View(90));
        CalibratedBinaryClassificationMetrics metrics = context.BinaryClassification.Evaluate(model.Transform(View(60, seed: 500)));
        Assert.True(metrics.Accuracy > 0.95, $"accuracy {metrics.Accuracy}");
        Assert.True(metrics.AreaUnderRocCurve > 0.98, $"AUC {metrics.AreaUnderRocCurve}");
        Assert.True(metrics.LogLoss < 0.3, $"log loss {metrics.LogLoss}");
    }

    [Fact]
    public void Cross_validation_and_pipelines_take_it()
    {
        var results = context.BinaryClassification.CrossValidate(
            View(90),
            context.Transforms.CopyColumns("Copy", "Label").Append(Trainer()),
            3
        );
        Assert.All(results, result => Assert.True(result.Metrics.Accuracy > 0.8, $"accuracy {result.Metrics.Accuracy}"));
    }

    [Fact]
    public void Probability_is_the_sigmoid_of_the_score_and_the_label_its_sign()
    {
        CnnBinaryPredictionTransformer model = Trainer().Fit(View(60));
        Prediction[] rows = [.. context.Data.CreateEnumerable<Prediction>(model.Transform(View(20, seed: 90)), reuseRowObject: false)];
        Assert.Contains(rows, row => row.PredictedLabel);
        Assert.Contains(rows, row => !row.PredictedLabel);
        foreach (Prediction row in rows)
        {
            Assert.Equal(1 / (1 + Math.Exp(-row.Score)), row.Probability, 1e-6);
            Assert.Equal(row.Score > 0, row.PredictedLabel);
            Assert.Equal(row.Probability, model.Model.Model.Predict(row.Features)[0], 1e-5);
        }
    }

    [Fact]
    public void A_prediction_engine_of_a_loaded_model_gives_the_same_scores()
    {
        IDataView images = View(60);
        CnnBinaryPredictionTransformer model = Trainer().Fit(images);
        ITransformer loaded = EstimatorContract.SaveAndLoad(context, model, images.Schema, out _);
        using PredictionEngine<TinyImages.Labelled<bool>, Prediction> engine = context.Model.CreatePredictionEngine<
            TinyImages.Labelled<bool>,
            Prediction
        >(loaded);
        TinyImages.Labelled<bool> image = Rows(1)[0];
        Prediction expected = context.Data.CreateEnumerable<Prediction>(model.Transform(View(1)), reuseRowObject: false).Single();
        Prediction prediction = engine.Predict(image);
        Assert.Equal(expected.Score, prediction.Score, 1e-5);
        Assert.Equal(expected.PredictedLabel, prediction.PredictedLabel);

        image.Features[3] = float.NaN;
        prediction = engine.Predict(image);
        Assert.True(float.IsNaN(prediction.Score) && float.IsNaN(prediction.Probability));
        Assert.False(prediction.PredictedLabel);
    }

    [Fact]
    public void Threads_do_not_change_a_bit()
    {
        IDataView images = View(40);
        Assert.Equal(
            Trainer(options => options.Threads = 1).Fit(images).Model.Model.GetParameter("output/weight"),
            Trainer(options => options.Threads = 3).Fit(images).Model.Model.GetParameter("output/weight")
        );
    }

    [Fact]
    public void Training_goes_on_from_a_model()
    {
        IDataView images = View(60);
        CnnBinaryPredictionTransformer first = Trainer().Fit(images);
        List<CnnTrainingMetrics> metrics = [];
        _ = Trainer(options => options.MetricsCallback = metrics.Add).Fit(images, null, first.Model);
        List<CnnTrainingMetrics> anew = [];
        _ = Trainer(options => options.MetricsCallback = anew.Add).Fit(images);
        Assert.True(
            metrics[0].RunningTrainLoss < anew[0].RunningTrainLoss / 2,
            $"{metrics[0].RunningTrainLoss} {anew[0].RunningTrainLoss}"
        );
    }

    [Fact]
    public void Class_weights_are_those_of_true_and_false()
    {
        IDataView images = View(60);
        float Mean(ClassWeights? weights) =>
            context
                .Data.CreateEnumerable<Prediction>(
                    Trainer(options => (options.ClassWeights, options.Epoch) = (weights, 1)).Fit(images).Transform(images),
                    reuseRowObject: false
                )
                .Average(row => row.Score);
        Dictionary<string, float> heavy = new() { ["true"] = 50 };
        Assert.True(Mean(ClassWeights.Of(heavy)) > Mean(null) + 0.2f);
        Assert.True(Mean(ClassWeights.Balanced) > Mean(null));
        Dictionary<string, float> unknown = new() { ["left"] = 2 };
        string message = Assert.Throws<ArgumentException>(() => Mean(ClassWeights.Of(unknown))).Message;
        Assert.Contains("false, true", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Label_smoothing_keeps_scores_small()
    {
        IDataView images = View(60);
        float Greatest(float smoothing) =>
            context
                .Data.CreateEnumerable<Prediction>(
                    Trainer(options => (options.LabelSmoothing, options.Epoch) = (smoothing, 15)).Fit(images).Transform(images),
                    reuseRowObject: false
                )
                .Max(row => Math.Abs(row.Score));
        Assert.True(Greatest(0.4f) < 0.7f * Greatest(0));
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(-0.1f)]
    [InlineData(float.NaN)]
    public void Label_smoothing_out_of_range_is_refused_by_name(float smoothing) =>
        Assert.Equal(
            "LabelSmoothing",
            Assert.Throws<ArgumentOutOfRangeException>(() => Trainer(options => options.LabelSmoothing = smoothing)).ParamName
        );

    [Fact]
    public void Labels_that_are_keys_or_all_alike_are_refused()
    {
        IDataView keys = TinyImages.View(context);
        string message = Assert.Throws<ArgumentOutOfRangeException>(() => Trainer().Fit(keys)).Message;
        Assert.Contains("'Label' must be a Boolean, received Key", message, StringComparison.Ordinal);
        IDataView alike = context.Data.LoadFromEnumerable(Rows(30).Where(row => row.Label));
        message = Assert.Throws<InvalidOperationException>(() => Trainer().Fit(alike)).Message;
        Assert.Contains("'Label': true", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validation_images_are_measured_and_a_share_may_be_held_out()
    {
        List<CnnTrainingMetrics> metrics = [];
        _ = Trainer(options => (options.MetricsCallback, options.ValidationSetFraction) = (metrics.Add, 0.3f)).Fit(View(120));
        Assert.InRange(metrics[^1].ValidationAccuracy!.Value, 0.8, 1);
        Assert.True(metrics[^1].ValidationLoss < 0.5, $"{metrics[^1]}");
    }

    private CnnBinaryTrainer Trainer(Action<CnnBinaryTrainer.Options>? change = null)
    {
        CnnBinaryTrainer.Options options = new()
        {
            Network = TinyImages.Network,
            Epoch = 6,
            BatchSize = 8,
            Seed = 1,
        };
        change?.Invoke(options);
        return context.BinaryClassification.Trainers.Cnn(options);
    }

    private IDataView View(int count, int seed = 1) => context.Data.LoadFromEnumerable(Rows(count, seed));

    private static List<TinyImages.Labelled<bool>> Rows(int count, int seed = 1) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => new TinyImages.Labelled<bool> { Label = i % 3 == 0, Features = TinyImages.Pixels(i % 3, seed + i) }),
        ];

    private sealed class Prediction
    {
        public bool PredictedLabel { get; set; }

        public float Score { get; set; }

        public float Probability { get; set; }

        [VectorType(TinyImages.Side, TinyImages.Side, 1)]
        public float[] Features { get; set; } = [];
    }
}
