using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Tests.Trainers;

/// <summary>Where the bright square lies, as a number far from any scale that a network begins with.</summary>
public class CnnRegressionTrainerTests
{
    private const float Base = 50_000;
    private const float Step = 1000;

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
        EstimatorContract.Check(context, Trainer(), Vectors(30));
    }

    [Fact]
    public void It_learns_in_the_units_of_the_label_and_is_evaluated_by_MLNET()
    {
        List<CnnTrainingMetrics> course = [];
        IDataView held = View(60, seed: 500);
        CnnRegressionPredictionTransformer model = Trainer(options => options.MetricsCallback = course.Add).Fit(View(90), held);
        RegressionMetrics metrics = context.Regression.Evaluate(model.Transform(held));
        Assert.True(metrics.RSquared > 0.9, $"R2 {metrics.RSquared}");
        Assert.Equal(metrics.RootMeanSquaredError, course[^1].ValidationRootMeanSquaredError!.Value, 0.01 * Step);
        Assert.Null(course[^1].RunningTrainAccuracy);
        Assert.Null(course[^1].ValidationAccuracy);
        Assert.InRange(course[^1].RunningTrainRootMeanSquaredError!.Value, 1, Step);
        Assert.InRange(course[^1].ValidationLoss!.Value, 0, 0.2);
    }

    [Fact]
    public void The_Huber_loss_is_little_moved_by_labels_far_out()
    {
        List<TinyImages.Labelled<float>> rows = Rows(90);
        for (int i = 0; i < rows.Count; i += 30)
        {
            rows[i].Label += 40 * Step;
        }

        IDataView spoiled = context.Data.LoadFromEnumerable(rows);
        double Error(Loss loss) =>
            context
                .Regression.Evaluate(
                    Trainer(options => (options.Loss, options.Epoch) = (loss, 20)).Fit(spoiled).Transform(View(60, seed: 500))
                )
                .MeanAbsoluteError;
        Assert.True(Error(new HuberLoss(0.05f)) < 0.7 * Error(new SquaredLoss()));
    }

    [Fact]
    public void Vector_labels_give_vector_scores()
    {
        CnnRegressionPredictionTransformer model = Trainer().Fit(Vectors(90));
        foreach (VectorPrediction row in Predicted(model, Vectors(30, seed: 400)))
        {
            Assert.Equal(2, row.Score.Length);
            Assert.Equal(row.Label[0], row.Score[0], 0.6f * Step);
            Assert.Equal(row.Label[1], row.Score[1], 0.6f * Step);
        }
    }

    [Fact]
    public void Numbers_of_a_label_count_alike_whatever_their_units()
    {
        // The second number is the first in units a million times as large, in which a deviation that both share would make its errors vanish.
        const float Unit = 1e6f;
        List<CnnTrainingMetrics> course = [];
        CnnRegressionPredictionTransformer model = Trainer(options => (options.MetricsCallback, options.Epoch) = (course.Add, 20))
            .Fit(Vectors(90, Rescaled), Vectors(60, Rescaled, seed: 500));
        VectorPrediction[] rows = Predicted(model, Vectors(60, Rescaled, seed: 500));
        double[] errors = [.. Enumerable.Range(0, 2).Select(i => RootMeanSquare(rows.Select(row => row.Label[i] - row.Score[i])))];
        Assert.InRange(errors[0], 0, 0.3 * Step);
        Assert.InRange(errors[1], 0, 0.3 * Step / Unit);
        Assert.Equal(RootMeanSquare(errors), course[^1].ValidationRootMeanSquaredError!.Value, 1e-3 * errors[0]);

        List<CnnTrainingMetrics> further = [];
        _ = Trainer(options => (options.MetricsCallback, options.LearningRate, options.Epoch) = (further.Add, 1e-8f, 1))
            .Fit(Vectors(90, Rescaled), Vectors(60, Rescaled, seed: 500), model.Model);
        Assert.Equal(errors[0], further[0].ValidationRootMeanSquaredError!.Value * Math.Sqrt(2), 1e-2 * errors[0]);
        Assert.Equal(course[^1].ValidationLoss!.Value, further[0].ValidationLoss!.Value, 1e-2 * course[^1].ValidationLoss!.Value);

        static float[] Rescaled(float label) => [label, (label - Base) / Unit];
    }

    [Fact]
    public void A_prediction_engine_of_a_loaded_model_gives_the_same_score()
    {
        IDataView images = View(60);
        CnnRegressionPredictionTransformer model = Trainer().Fit(images);
        ITransformer loaded = EstimatorContract.SaveAndLoad(context, model, images.Schema, out _);
        using PredictionEngine<TinyImages.Labelled<float>, Prediction> engine = context.Model.CreatePredictionEngine<
            TinyImages.Labelled<float>,
            Prediction
        >(loaded);
        TinyImages.Labelled<float> image = Rows(1)[0];
        float score = engine.Predict(image).Score;
        Assert.Equal(model.Model.Model.Predict(image.Features)[0], score);
        Assert.Equal(Base, score, Step);
        image.Features[3] = float.NaN;
        Assert.True(float.IsNaN(engine.Predict(image).Score));
    }

    [Fact]
    public void Cross_validation_takes_it()
    {
        var results = context.Regression.CrossValidate(View(90), Trainer(), 3);
        Assert.All(results, result => Assert.True(result.Metrics.RSquared > 0.5, $"R2 {result.Metrics.RSquared}"));
    }

    [Fact]
    public void Threads_and_the_scale_of_labels_do_not_change_what_is_learned()
    {
        float[] one = Scores(Trainer(options => options.Threads = 1), Rows(40));
        Assert.Equal(one, Scores(Trainer(options => options.Threads = 3), Rows(40)));
        List<TinyImages.Labelled<float>> scaled = Rows(40);
        scaled.ForEach(row => row.Label = (row.Label - Base) / Step);
        Assert.All(Scores(Trainer(), scaled).Zip(one), pair => Assert.Equal(pair.First, (pair.Second - Base) / Step, 0.02f));
    }

    [Fact]
    public void Training_goes_on_from_a_model()
    {
        IDataView images = View(60);
        CnnRegressionPredictionTransformer first = Trainer().Fit(images);
        List<CnnTrainingMetrics> further = [];
        _ = Trainer(options => (options.MetricsCallback, options.LearningRate) = (further.Add, 1e-6f)).Fit(images, null, first.Model);
        double error = context.Regression.Evaluate(first.Transform(images)).RootMeanSquaredError;
        Assert.Equal(error, further[0].RunningTrainRootMeanSquaredError!.Value, 0.02 * error + 1);
    }

    [Fact]
    public void Interrupted_training_goes_on_and_its_best_model_is_in_units_of_the_label()
    {
        using TemporaryFolder folder = new();
        IDataView images = View(40);
        float[] whole = Trainer().Fit(images).Model.Model.GetParameter("output/weight");
        using CancellationTokenSource source = new();
        Assert.Throws<OperationCanceledException>(() =>
            Trainer(options =>
                    (options.WorkspacePath, options.CancellationToken, options.MetricsCallback) = (
                        folder.Path,
                        source.Token,
                        epoch =>
                        {
                            if (epoch.Epoch == 2)
                            {
                                source.Cancel();
                            }
                        }
                    )
                )
                .Fit(images)
        );
        Assert.Equal(Base, CnnModel.Load(folder.PathOf("best.zip")).Predict(Rows(1)[0].Features)[0], 2 * Step);
        Assert.Equal(whole, Trainer(options => options.WorkspacePath = folder.Path).Fit(images).Model.Model.GetParameter("output/weight"));
    }

    [Fact]
    public void Rows_whose_label_is_NaN_are_left_out_and_infinite_ones_refused()
    {
        List<TinyImages.Labelled<float>> rows = Rows(40);
        List<TinyImages.Labelled<float>> more = [.. rows, new() { Label = float.NaN, Features = TinyImages.Pixels(0, 9) }];
        Assert.Equal(Scores(Trainer(), rows), Scores(Trainer(), more)[..40]);
        rows[3].Label = float.PositiveInfinity;
        Assert.Contains(
            "'Label'",
            Assert.Throws<InvalidOperationException>(() => Scores(Trainer(), rows)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void What_does_not_suit_numbers_is_refused_by_name()
    {
        Assert.Equal(
            "Loss",
            Assert.Throws<ArgumentOutOfRangeException>(() => Trainer(options => options.Loss = new SoftmaxCrossEntropy())).ParamName
        );
        Assert.Equal("Loss", Assert.Throws<ArgumentNullException>(() => Trainer(options => options.Loss = null!)).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => new HuberLoss(0));
        CnnRegressionTrainer watching = Trainer(options =>
            options.EarlyStoppingCriteria = new EarlyStopping(metric: TrainingMetric.RunningTrainAccuracy)
        );
        string message = Assert.Throws<InvalidOperationException>(() => watching.Fit(View(30))).Message;
        Assert.Contains("RunningTrainAccuracy, which is not measured where labels are numbers", message, StringComparison.Ordinal);
        watching = Trainer(options => options.EarlyStoppingCriteria = new EarlyStopping());
        message = Assert.Throws<InvalidOperationException>(() => watching.Fit(View(30))).Message;
        Assert.Contains("RunningTrainLoss or RunningTrainRootMeanSquaredError in its place", message, StringComparison.Ordinal);
        message = Assert.Throws<ArgumentOutOfRangeException>(() => Trainer().Fit(TinyImages.View(context))).Message;
        Assert.Contains("'Label' must be a Single", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Trainer().Fit(View(30), Vectors(30)));
    }

    private float[] Scores(CnnRegressionTrainer trainer, List<TinyImages.Labelled<float>> rows)
    {
        IDataView images = context.Data.LoadFromEnumerable(rows);
        return
        [
            .. context
                .Data.CreateEnumerable<Prediction>(trainer.Fit(images).Transform(images), reuseRowObject: false)
                .Select(row => row.Score),
        ];
    }

    private CnnRegressionTrainer Trainer(Action<CnnRegressionTrainer.Options>? change = null)
    {
        CnnRegressionTrainer.Options options = new()
        {
            Network = TinyImages.Network,
            Epoch = 12,
            BatchSize = 8,
            LearningRate = 0.01f,
            Seed = 1,
        };
        change?.Invoke(options);
        return context.Regression.Trainers.Cnn(options);
    }

    private IDataView View(int count, int seed = 1) => context.Data.LoadFromEnumerable(Rows(count, seed));

    private IDataView Vectors(int count, int seed = 1) => Vectors(count, label => [label, -label / 2], seed);

    private IDataView Vectors(int count, Func<float, float[]> label, int seed = 1) =>
        context.Data.LoadFromEnumerable(
            Rows(count, seed).Select(row => new VectorLabelled { Label = label(row.Label), Features = row.Features }).ToList()
        );

    private VectorPrediction[] Predicted(CnnRegressionPredictionTransformer model, IDataView images) =>
        [.. context.Data.CreateEnumerable<VectorPrediction>(model.Transform(images), reuseRowObject: false)];

    private static double RootMeanSquare(IEnumerable<float> values) => RootMeanSquare(values.Select(value => (double)value));

    private static double RootMeanSquare(IEnumerable<double> values) => Math.Sqrt(values.Average(value => value * value));

    private static List<TinyImages.Labelled<float>> Rows(int count, int seed = 1) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => new TinyImages.Labelled<float>
                {
                    Label = Base + Step * (i % 3),
                    Features = TinyImages.Pixels(i % 3, seed + i),
                }),
        ];

    private sealed class Prediction
    {
        public float Score { get; set; }
    }

    private sealed class VectorLabelled
    {
        [VectorType(2)]
        public float[] Label { get; set; } = [];

        [VectorType(TinyImages.Side, TinyImages.Side, 1)]
        public float[] Features { get; set; } = [];
    }

    private sealed class VectorPrediction
    {
        [VectorType(2)]
        public float[] Label { get; set; } = [];

        [VectorType(2)]
        public float[] Score { get; set; } = [];
    }
}
