using System.Reflection;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Data;
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.Cnn.Tests.Trainers;

public class OptionsTests
{
    private readonly MLContext context = new(seed: 1);

    [Fact]
    public void Numbers_out_of_their_range_are_refused_with_option_and_value()
    {
        Refused("Epoch", "0", options => options.Epoch = 0);
        Refused("BatchSize", "-3", options => options.BatchSize = -3);
        Refused("LearningRate", "0", options => options.LearningRate = 0);
        Refused("LearningRate", "NaN", options => options.LearningRate = float.NaN);
        Refused("Threads", "0", options => options.Threads = 0);
        Refused("ShuffleBufferSize", "0", options => options.ShuffleBufferSize = 0);
        Refused("ValidationSetFraction", "1", options => options.ValidationSetFraction = 1);
        Refused("ValidationSetFraction", "0", options => options.ValidationSetFraction = 0);
        Refused("InputShape", "6 x 0 x 1", options => options.InputShape = new Shape(6, 0, 1));
        Refused("PixelOrder", "7", options => options.PixelOrder = (PixelOrder)7);
        Refused("ConvolutionAlgorithm", "7", options => options.ConvolutionAlgorithm = (ConvolutionAlgorithm)7);
        Refused("WorkspacePath", "empty", options => options.WorkspacePath = "");
        Refused("CheckpointInterval", "-00:00:01", options => options.CheckpointInterval = TimeSpan.FromSeconds(-1));
        Refused("Resume", "7", options => options.Resume = (ResumePolicy)7);
        Refused("LabelColumnName", "empty", options => options.LabelColumnName = "");
        Refused("BodyLearningRateMultiplier", "0", options => options.BodyLearningRateMultiplier = 0);
        Refused("FreezeUpTo", "empty", options => options.FreezeUpTo = "");
        Refused("Frozen", "empty", options => options.Frozen = ["conv1", ""]);
        Refused("OnCancellation", "7", options => options.OnCancellation = (OnCancellation)7);
        Refused("MixUp", "-0.1", options => options.MixUp = -0.1f);
        Refused("MixUp", "NaN", options => options.MixUp = float.NaN);
        Refused("MixUp", "BatchSize is 1", options => (options.MixUp, options.BatchSize) = (0.2f, 1));
        Refused("BatchProgressInterval", "-00:00:01", options => options.BatchProgressInterval = TimeSpan.FromSeconds(-1));
    }

    [Fact]
    public void A_normalization_of_other_channels_is_refused_before_a_row_is_read()
    {
        CountedView counted = new(TinyImages.View(context), "Features");
        CnnMulticlassTrainer.Options options = TinyImages.Options();
        options.Normalization = new PixelNormalization([1, 2, 3], [1, 1, 1]);
        ArgumentException exception = Assert.ThrowsAny<ArgumentException>(() =>
            context.MulticlassClassification.Trainers.Cnn(options).Fit(counted)
        );
        Assert.Equal("Normalization", exception.ParamName);
        Assert.StartsWith(
            "Normalization has offsets and scales for 3 channels, and images of",
            exception.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("have 1. What would work", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, counted.Opened);
    }

    [Fact]
    public void A_folder_that_follows_from_rows_that_follow_from_a_seed_needs_one() =>
        Refused(
            "Seed",
            "runs/{data}",
            options => (options.Seed, options.WorkspacePath, options.ValidationSetFraction) = (null, "runs/{data}", 0.1f)
        );

    [Fact]
    public void Options_that_are_required_are_refused_when_null()
    {
        Refused("Network", "null", options => options.Network = null!);
        Refused("Optimizer", "null", options => options.Optimizer = null!);
        Refused("LearningRateScheduler", "null", options => options.LearningRateScheduler = null!);
        Refused("FeatureColumnName", "null", options => options.FeatureColumnName = null!);
    }

    [Fact]
    public void A_warm_up_as_long_as_training_is_refused() =>
        Refused("LearningRateScheduler", "6", options => options.LearningRateScheduler = LearningRateSchedule.Cosine().WarmUp(6));

    [Fact]
    public void A_metric_that_will_not_be_measured_is_refused_before_training()
    {
        CnnMulticlassTrainer.Options options = TinyImages.Options();
        options.EarlyStoppingCriteria = new EarlyStopping(patience: 1);
        options.MetricsCallback = _ => Assert.Fail("Training has begun.");
        string message = Assert
            .Throws<InvalidOperationException>(() => context.MulticlassClassification.Trainers.Cnn(options).Fit(TinyImages.View(context)))
            .Message;
        Assert.StartsWith("EarlyStoppingCriteria watches ValidationLoss", message, StringComparison.Ordinal);
        options.EarlyStoppingCriteria = null;
        options.LearningRateScheduler = LearningRateSchedule.ReduceOnPlateau(metric: TrainingMetric.ValidationAccuracy).WarmUp(1);
        message = Assert
            .Throws<InvalidOperationException>(() => context.MulticlassClassification.Trainers.Cnn(options).Fit(TinyImages.View(context)))
            .Message;
        Assert.StartsWith("LearningRateScheduler watches ValidationAccuracy", message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_options_say_of_the_course_reaches_training()
    {
        CnnMulticlassTrainer.Options options = TinyImages.Options();
        List<CnnTrainingMetrics> epochs = [];
        List<CnnTrainingProgress> batches = [];
        (options.Epoch, options.MetricsCallback) = (9, epochs.Add);
        (options.BatchProgress, options.BatchProgressInterval) = (new Direct(batches.Add), TimeSpan.Zero);
        options.EarlyStoppingCriteria = new EarlyStopping(patience: 2, TrainingMetric.RunningTrainLoss, minimumImprovement: 100);
        options.GradientClipping = new ClipByNorm(1e-12f);
        options.LearningRateScheduler = LearningRateSchedule.ReduceOnPlateau(0.5f, 0, TrainingMetric.RunningTrainLoss, threshold: 1);
        context.MulticlassClassification.Trainers.Cnn(options).Fit(TinyImages.View(context));

        // Gradients next to nothing: the loss stays, and so the rate falls.
        Assert.Equal(3, epochs.Count);
        Assert.Equal([0.03f, 0.03f, 0.015f], epochs.Select(epoch => epoch.LearningRate));
        Assert.Equal(epochs[0].RunningTrainLoss, epochs[2].RunningTrainLoss, 0.02);
        Assert.Equal(3 * 8, batches.Count);
    }

    [Fact]
    public void A_network_that_no_machine_holds_is_refused_before_any_of_it_is_allocated()
    {
        CnnMulticlassTrainer.Options options = TinyImages.Options();
        options.Network = Network.Sequential(new Flatten(), new Dense(1_000_000), new Dense(1_000_000));
        options.MetricsCallback = _ => Assert.Fail("Training has begun.");
        int rowsRead = 0;
        IDataView images = context.Data.FilterByCustomPredicate(
            TinyImages.View(context),
            (Pixels _) =>
            {
                rowsRead++;
                return false;
            }
        );
        string message = Assert
            .Throws<InsufficientMemoryException>(() => context.MulticlassClassification.Trainers.Cnn(options).Fit(images))
            .Message;
        Assert.StartsWith("Training takes about 1", message, StringComparison.Ordinal);
        Assert.Equal(0, rowsRead);
    }

    [Fact]
    public void A_validation_set_and_a_fraction_exclude_each_other() =>
        Refused(
            "ValidationSetFraction",
            "0.1",
            options => (options.ValidationSet, options.ValidationSetFraction) = (TinyImages.View(context), 0.1f)
        );

    [Fact]
    public void Later_changes_of_the_options_have_no_effect()
    {
        int epochs = 0;
        CnnMulticlassTrainer.Options options = TinyImages.Options();
        (options.Epoch, options.MetricsCallback) = (1, metrics => epochs = metrics.Epochs);
        CnnMulticlassTrainer trainer = context.MulticlassClassification.Trainers.Cnn(options);
        options.Epoch = 9;
        trainer.Fit(TinyImages.View(context));
        Assert.Equal(1, epochs);
    }

    [Fact]
    public void Direct_convolution_is_for_training_and_for_the_trained_model()
    {
        CnnMulticlassTrainer.Options options = TinyImages.Options();
        options.ConvolutionAlgorithm = ConvolutionAlgorithm.Direct;
        CnnMulticlassTrainer trainer = context.MulticlassClassification.Trainers.Cnn(options);

        Assert.Equal(ConvolutionAlgorithm.Direct, trainer.Fit(TinyImages.View(context)).Model.Model.Convolutions);
    }

    [Fact]
    public void Defaults_lie_within_the_ranges_that_are_searched()
    {
        CnnMulticlassTrainer.Options options = new();
        List<FieldInfo> tunable =
        [
            .. typeof(CnnMulticlassTrainer.Options).GetFields().Where(field => field.IsDefined(typeof(RangeAttribute))),
        ];
        Assert.Equal(["BatchSize", "Epoch", "LabelSmoothing", "LearningRate"], tunable.Select(field => field.Name).Order());
        foreach (FieldInfo field in tunable)
        {
            RangeAttribute range = field.GetCustomAttribute<RangeAttribute>()!;
            double value = Convert.ToDouble(field.GetValue(options), null);
            Assert.InRange(value, Convert.ToDouble(range.Min, null), Convert.ToDouble(range.Max, null));
            Assert.Equal(Convert.ToDouble(range.Init, null), value);
        }
    }

    /// <summary>Tells at once, on the thread that reports.</summary>
    private sealed class Direct(Action<CnnTrainingProgress> told) : IProgress<CnnTrainingProgress>
    {
        public void Report(CnnTrainingProgress value) => told(value);
    }

    private void Refused(string option, string received, Action<CnnMulticlassTrainer.Options> change)
    {
        CnnMulticlassTrainer.Options options = TinyImages.Options();
        change(options);
        ArgumentException exception = Assert.ThrowsAny<ArgumentException>(() => context.MulticlassClassification.Trainers.Cnn(options));
        Assert.Equal(option, exception.ParamName);
        Assert.StartsWith(option, exception.Message, StringComparison.Ordinal);
        Assert.Contains(received, exception.Message, StringComparison.Ordinal);
    }

    private sealed class Pixels
    {
        [VectorType(TinyImages.Side, TinyImages.Side, 1)]
        public float[] Features { get; set; } = [];
    }
}
