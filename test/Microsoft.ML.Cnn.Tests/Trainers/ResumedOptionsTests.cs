using System.Reflection;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Trainers;

/// <summary>Each option either belongs to a training, which only goes on with the same, or is said here why it does not.</summary>
public sealed class ResumedOptionsTests : IDisposable
{
    /// <summary>Another value of each option that belongs to a training.</summary>
    private static readonly Dictionary<string, Action<CnnTrainerOptions, MLContext>> belonging = new()
    {
        ["ExampleWeightColumnName"] = (options, _) => options.ExampleWeightColumnName = "Weight",
        ["Network"] = (options, _) => options.Network = Network.Sequential(new Conv2D(4, kernel: 3), new ReLU()),
        ["PretrainedModel"] = (options, _) =>
            options.PretrainedModel = CnnModel.Create(
                Network.Sequential([.. TinyImages.Network.Layers, new Flatten(), new Dense(2)]),
                new Shape(TinyImages.Side, TinyImages.Side, 1),
                seed: 9
            ),
        ["FreezeUpTo"] = (options, _) => options.FreezeUpTo = "conv1",
        ["Frozen"] = (options, _) => options.Frozen = ["conv1"],
        ["BodyLearningRateMultiplier"] = (options, _) => options.BodyLearningRateMultiplier = 0.5f,
        ["Epoch"] = (options, _) => options.Epoch = 2,
        ["BatchSize"] = (options, _) => options.BatchSize = 9,
        ["LearningRate"] = (options, _) => options.LearningRate = 0.01f,
        ["Optimizer"] = (options, _) => options.Optimizer = new Adam(),
        ["GradientClipping"] = (options, _) => options.GradientClipping = new ClipByNorm(1),
        ["LearningRateScheduler"] = (options, _) => options.LearningRateScheduler = LearningRateSchedule.Constant,
        ["EarlyStoppingCriteria"] = (options, _) => options.EarlyStoppingCriteria = new EarlyStopping(2, TrainingMetric.RunningTrainLoss),
        ["ValidationSet"] = (options, context) => options.ValidationSet = TinyImages.View(context, 12, seed: 70),
        ["ValidationSetFraction"] = (options, _) => options.ValidationSetFraction = 0.2f,
        ["ShuffleBufferSize"] = (options, _) => options.ShuffleBufferSize = 10,
        ["InputShape"] = (options, _) => options.InputShape = new Shape(2, TinyImages.Side * TinyImages.Side / 2, 1),
        ["PixelOrder"] = (options, _) =>
            (options.InputShape, options.PixelOrder) = (new Shape(TinyImages.Side, TinyImages.Side, 1), PixelOrder.Planar),
        ["Normalization"] = (options, _) => options.Normalization = new PixelNormalization([1], [0.01f]),
        ["Augmentation"] = (options, _) => options.Augmentation = [new HorizontalFlip()],
        ["MixUp"] = (options, _) => options.MixUp = 0.2f,
        ["ConvolutionAlgorithm"] = (options, _) => options.ConvolutionAlgorithm = ConvolutionAlgorithm.Direct,
        ["Seed"] = (options, _) => options.Seed = 2,
        ["OnCancellation"] = (options, _) => options.OnCancellation = OnCancellation.ReturnBest,
        ["LabelSmoothing"] = (options, _) => ((CnnClassificationTrainerOptions)options).LabelSmoothing = 0.1f,
        ["ClassWeights"] = (options, _) => ((CnnClassificationTrainerOptions)options).ClassWeights = ClassWeights.Balanced,
        ["Loss"] = (options, _) => ((CnnRegressionTrainer.Options)options).Loss = new HuberLoss(1),
    };

    /// <summary>The others: why they do not, and another value.</summary>
    private static readonly Dictionary<string, (string Because, Action<CnnTrainerOptions> Change)> free = new()
    {
        ["LabelColumnName"] = ("labels are compared themselves", options => options.LabelColumnName = "OtherLabel"),
        ["FeatureColumnName"] = ("pixels are compared themselves", options => options.FeatureColumnName = "OtherFeatures"),
        ["IgnoreMemoryEstimate"] = ("it only refuses to begin", options => options.IgnoreMemoryEstimate = true),
        ["Threads"] = ("results do not depend on them", options => options.Threads = 3),
        ["WorkspacePath"] = ("a folder may be moved", options => options.WorkspacePath += "/."),
        ["CheckpointInterval"] = ("it only saves", options => options.CheckpointInterval = TimeSpan.Zero),
        ["Resume"] = ("it says what may differ", options => options.Resume = ResumePolicy.AnyMachine),
        ["MetricsCallback"] = ("it is only told", options => options.MetricsCallback = _ => { }),
        ["Progress"] = ("it is only told", options => options.Progress = new Progress<CnnTrainingMetrics>()),
        ["BatchProgress"] = ("it is only told", options => options.BatchProgress = new Progress<CnnTrainingProgress>()),
        ["BatchProgressInterval"] = ("it is only told", options => options.BatchProgressInterval = TimeSpan.Zero),
        ["CancellationToken"] = ("who cancels goes on later", options => options.CancellationToken = new CancellationToken(false)),
    };

    private readonly MLContext context = new(seed: 1);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_option_is_told_of() =>
        Assert.Equal(
            new[] { typeof(CnnMulticlassTrainer.Options), typeof(CnnBinaryTrainer.Options), typeof(CnnRegressionTrainer.Options) }
                .SelectMany(options => options.GetFields(BindingFlags.Public | BindingFlags.Instance))
                .Select(field => field.Name)
                .Distinct()
                .Order(),
            belonging.Keys.Concat(free.Keys).Order()
        );

    [Fact]
    public void What_belongs_to_a_training_is_refused_when_it_is_another()
    {
        Fit(_ => { });
        foreach ((string option, Action<CnnTrainerOptions, MLContext> change) in belonging.Where(option => option.Key != "Loss"))
        {
            Exception? refusal = Record.Exception(() => Fit(options => change(options, context)));
            Assert.True(
                refusal is CnnCheckpointException && refusal.Message.Contains("is of another training", StringComparison.Ordinal),
                $"{option}: {refusal}"
            );
        }
    }

    [Fact]
    public void So_is_another_loss_of_numbers()
    {
        FitNumbers(_ => { });
        CnnCheckpointException refusal = Assert.Throws<CnnCheckpointException>(() =>
            FitNumbers(options => belonging["Loss"](options, context))
        );
        Assert.Contains("its Loss is", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_may_be_another()
    {
        float[] weights = Fit(_ => { });
        foreach ((string option, (string because, Action<CnnTrainerOptions> change)) in free)
        {
            Exception? refusal = Record.Exception(() => Assert.Equal(weights, Fit(change)));
            Assert.True(refusal is null, $"{option} is free because {because}: {refusal}");
        }
    }

    private float[] Fit(Action<CnnMulticlassTrainer.Options> change)
    {
        CnnMulticlassTrainer.Options options = TinyImages.Options();
        (options.Epoch, options.WorkspacePath) = (1, folder.Path);
        change(options);
        IDataView images = TinyImages.View(context, 30);
        images = context.Transforms.CopyColumns("OtherLabel", "Label").Fit(images).Transform(images);
        images = context.Transforms.CopyColumns("OtherFeatures", "Features").Fit(images).Transform(images);
        return context.MulticlassClassification.Trainers.Cnn(options).Fit(images).Model.Model.GetParameter("output/weight");
    }

    private void FitNumbers(Action<CnnRegressionTrainer.Options> change)
    {
        CnnRegressionTrainer.Options options = new()
        {
            Network = TinyImages.Network,
            Epoch = 1,
            Seed = 1,
            WorkspacePath = folder.Path,
        };
        change(options);
        IEnumerable<TinyImages.Labelled<float>> rows = Enumerable
            .Range(0, 30)
            .Select(i => new TinyImages.Labelled<float> { Label = i % 3, Features = TinyImages.Pixels(i % 3, i) });
        context.Regression.Trainers.Cnn(options).Fit(context.Data.LoadFromEnumerable(rows));
    }
}
