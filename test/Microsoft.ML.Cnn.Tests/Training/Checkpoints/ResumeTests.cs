using Microsoft.ML.Cnn.Training;
using Microsoft.ML.Cnn.Training.Checkpoints;

namespace Microsoft.ML.Cnn.Tests.Training.Checkpoints;

public sealed class ResumeTests
{
    private static readonly TrainingSettings settings = new()
    {
        Epochs = 4,
        BatchSize = 16,
        LearningRate = 0.05f,
        Schedule = LearningRateSchedule.Cosine(),
        Threads = 2,
        Seed = 3,
        ShuffleBufferRows = 60,
    };

    public static TheoryData<Optimizer> Optimizers =>
        [new Sgd(momentum: 0), new Sgd(weightDecay: 0.01f), new Adam(), new AdamW(), new RMSProp(), new AdaGrad()];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_training_stopped_at_any_moment_ends_in_the_same_bits(Optimizer optimizer)
    {
        using InterruptedTraining training = new(settings with { Optimizer = optimizer }, canShuffle: true, validates: true);
        TrainingOutcome expected = training.Undisturbed();
        int stops = 0;
        TrainingOutcome? outcome = null;
        for (int moment = 0; outcome is null; moment++)
        {
            outcome = training.GoOn(questions: 2 + moment * 5 % 17);
            stops += outcome is null ? 1 : 0;
        }

        Assert.InRange(stops, 3, 100);
        expected.AssertSame(outcome);
    }

    [Fact]
    public void So_does_one_whose_rate_follows_a_metric_and_that_ends_with_its_best_epoch()
    {
        // Each epoch is worse than demanded: the rate falls after each, and the fifth is the last.
        TrainingSettings watching = settings with
        {
            Epochs = 9,
            Schedule = LearningRateSchedule.ReduceOnPlateau(0.7f, patience: 0, threshold: 100, thresholdMode: PlateauThreshold.Absolute),
            EarlyStopping = new EarlyStopping(patience: 4, minimumImprovement: 100),
            OnCancellation = OnCancellation.Throw,
            Clipping = new ClipByNorm(0.5f),
        };
        using InterruptedTraining training = new(watching, canShuffle: true, validates: true);
        TrainingOutcome expected = training.Undisturbed();
        Assert.Equal(5, expected.Epochs.Length);
        Assert.True(expected.Epochs[4].LearningRate < 0.35f * expected.Epochs[0].LearningRate);
        while (training.GoOn(questions: 14) is null) { }

        expected.AssertSame(training.GoOn());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void So_does_one_that_shuffles_in_a_buffer_and_is_saved_at_each_step(bool validates)
    {
        using InterruptedTraining training = new(settings, canShuffle: false, validates);
        TrainingOutcome expected = training.Undisturbed();
        while (training.GoOn(questions: 14, interval: TimeSpan.Zero) is null) { }

        expected.AssertSame(training.GoOn());
    }

    [Fact]
    public void So_does_one_that_augments_its_images()
    {
        AugmentationSequence augmentation = [new HorizontalFlip(), new RandomCrop(padding: 1), new RandomRotation(10), new RandomErasing()];
        using InterruptedTraining training = new(
            settings with
            {
                Augmentation = augmentation.Learn(PixelNormalization.None(1), colors: null),
            },
            canShuffle: false,
            validates: true
        );
        TrainingOutcome expected = training.Undisturbed();
        while (training.GoOn(questions: 7) is null) { }

        expected.AssertSame(training.GoOn());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void So_does_one_that_blends_its_images(bool canShuffle)
    {
        using InterruptedTraining training = new(
            settings with
            {
                Augmentation = [new HorizontalFlip()],
                MixUp = 0.4f,
            },
            canShuffle,
            validates: true
        );
        TrainingOutcome expected = training.Undisturbed();
        while (training.GoOn(questions: 7) is null) { }

        expected.AssertSame(training.GoOn());
    }

    [Fact]
    public void A_process_that_is_gone_without_a_word_has_left_its_last_checkpoint()
    {
        using InterruptedTraining training = new(settings, canShuffle: true, validates: true);
        TrainingOutcome expected = training.Undisturbed();
        for (int epoch = 1; epoch < settings.Epochs; epoch++)
        {
            // What is saved when it is stopped is taken away again, as if it had been killed.
            byte[] before = File.Exists(training.LastFile) ? File.ReadAllBytes(training.LastFile) : [];
            Assert.Null(training.GoOn(questions: 11));
            if (before.Length > 0 && epoch % 2 == 0)
            {
                File.WriteAllBytes(training.LastFile, before);
            }
        }

        expected.AssertSame(training.GoOn());
    }

    [Fact]
    public void A_training_that_is_over_gives_its_model_at_once()
    {
        using InterruptedTraining training = new(settings, canShuffle: true, validates: true);
        TrainingOutcome? outcome = training.GoOn();
        Assert.NotNull(outcome);
        outcome.AssertSame(training.GoOn(questions: 1));
    }

    [Fact]
    public void The_best_model_is_kept_beside_the_last()
    {
        using InterruptedTraining training = new(settings, canShuffle: true, validates: true);
        TrainingOutcome outcome = training.GoOn()!;
        double least = outcome.Epochs.Min(epoch => epoch.ValidationLoss!.Value);
        Assert.Equal(least, LossOf(CnnModel.Load(training.BestFile)), 1e-5 * least);
        Assert.Contains(outcome.Epochs, epoch => epoch.ValidationLoss > 1.001 * least);
    }

    [Fact]
    public void Whoever_is_told_of_an_epoch_may_throw_and_finds_it_saved()
    {
        TrainingSettings throwing = settings with
        {
            EpochCompleted = epoch => _ = epoch.Epoch == 3 ? throw new InvalidOperationException("Told.") : 0,
        };
        using InterruptedTraining training = new(throwing, canShuffle: true, validates: true);
        Assert.Equal("Told.", Assert.Throws<InvalidOperationException>(() => training.GoOn()).Message);

        CheckpointHeader saved = CheckpointFile.ReadHeader(training.LastFile);
        Assert.Equal(3, saved.Position.Epoch);
        double least = saved.Epochs.Min(epoch => epoch.ValidationLoss!.Value);
        Assert.Equal(least, saved.Epochs[2].ValidationLoss!.Value);
        Assert.Equal(least, LossOf(CnnModel.Load(training.BestFile)), 1e-5 * least);
    }

    [Fact]
    public void An_epoch_that_has_not_begun_has_taken_no_time()
    {
        using InterruptedTraining training = new(settings, canShuffle: true, validates: false);
        Assert.NotNull(training.GoOn());
        TrainingPosition position = CheckpointFile.ReadHeader(training.LastFile).Position;
        Assert.Equal((settings.Epochs, 0), (position.Epoch, position.Batch));
        Assert.Equal(0, position.EpochSeconds);
        Assert.True(position.Seconds > 0);

        Assert.Null(training.GoOn(questions: 12, resume: ResumePolicy.StartOver));
        position = CheckpointFile.ReadHeader(training.LastFile).Position;
        Assert.True(position.Batch > 0);
        Assert.InRange(position.EpochSeconds, double.Epsilon, position.Seconds);
    }

    [Fact]
    public void Starting_over_deletes_the_best_model_too()
    {
        using InterruptedTraining training = new(settings, canShuffle: true, validates: true);
        Assert.NotNull(training.GoOn());
        Assert.True(File.Exists(training.BestFile));
        Assert.Null(training.GoOn(questions: 5, resume: ResumePolicy.StartOver));
        Assert.False(File.Exists(training.BestFile));
        Assert.Equal(0, CheckpointFile.ReadHeader(training.LastFile).Position.Epoch);
    }

    [Fact]
    public void Starting_over_forgets_the_checkpoint()
    {
        using InterruptedTraining training = new(settings, canShuffle: true, validates: false);
        TrainingOutcome expected = training.Undisturbed();
        Assert.Null(training.GoOn(questions: 20, data: "others"));
        expected.AssertSame(training.GoOn(resume: ResumePolicy.StartOver));
        expected.AssertSame(training.GoOn());
    }

    /// <summary>Of the validation images.</summary>
    private static double LossOf(CnnModel model) =>
        Quadrants.Draw(50, seed: 2).Average(example => -Math.Log(model.Predict(example.Pixels)[example.Label]));
}
