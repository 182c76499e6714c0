using Microsoft.ML.Cnn.Training;

namespace Microsoft.ML.Cnn.Tests.Training;

/// <summary>Trainings that end early, are canceled, change their rate by what they measure, and tell how far they are.</summary>
public sealed class TrainingCourseTests
{
    private const int Images = 80;

    private static readonly ModelDescription description = Quadrants.Describe(Quadrants.Network);
    private static readonly TrainingSettings settings = new()
    {
        Epochs = 6,
        BatchSize = 16,
        LearningRate = 0.02f,
        Threads = 1,
        Seed = 3,
    };

    /// <summary>With wrong labels: the better the network learns, the worse it does.</summary>
    private static Example[] Misleading =>
        [.. Quadrants.Draw(60, seed: 2).Select(example => example with { Label = (example.Label + 1) % Quadrants.Classes })];

    [Fact]
    public void Training_ends_when_patience_does_with_the_weights_of_the_best_epoch()
    {
        Course stopped = Run(settings with { EarlyStopping = new EarlyStopping(patience: 2) }, Misleading);
        Assert.Equal(3, stopped.Metrics.Count);
        Assert.Equal(stopped.Metrics[0].ValidationLoss, stopped.Metrics.Min(epoch => epoch.ValidationLoss));
        Assert.Equal(Run(settings with { Epochs = 1 }, Misleading).Weights, stopped.Weights);
        Assert.Contains("ValidationLoss no longer improves: the model is that of epoch 1", stopped.Log.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void Training_that_comes_to_its_end_has_the_weights_of_the_best_epoch_too()
    {
        Course stopped = Run(settings with { EarlyStopping = new EarlyStopping(patience: 100) }, Misleading);
        Assert.Equal(6, stopped.Metrics.Count);
        Assert.Equal(Run(settings with { Epochs = 1 }, Misleading).Weights, stopped.Weights);
    }

    [Fact]
    public void An_improvement_that_is_too_small_is_none_but_the_best_epoch_is_the_best()
    {
        EarlyStopping demanding = new(patience: 3, TrainingMetric.RunningTrainLoss, minimumImprovement: 100);
        Course stopped = Run(settings with { EarlyStopping = demanding }, validation: null);
        Assert.Equal(4, stopped.Metrics.Count);
        Assert.Equal(stopped.Metrics[3].RunningTrainLoss, stopped.Metrics.Min(epoch => epoch.RunningTrainLoss));
        Assert.Equal(Run(settings with { Epochs = 4 }, validation: null).Weights, stopped.Weights);
    }

    [Fact]
    public void A_share_that_rises_is_an_improvement()
    {
        EarlyStopping rising = new(patience: 2, TrainingMetric.RunningTrainAccuracy, minimumImprovement: 0.001);
        StoppingState state = StoppingState.Start;
        int epochs = 0;
        foreach (double accuracy in new[] { 0.5, 0.6, 0.6005, 0.6009, 0.9 })
        {
            state = rising.After(state, Metrics() with { RunningTrainAccuracy = accuracy });
            epochs++;
            if (rising.IsOver(state))
            {
                break;
            }
        }

        Assert.Equal(4, epochs);
        Assert.Equal(new StoppingState(0.6, 2), state);
    }

    [Fact]
    public void A_metric_that_is_no_finite_number_is_no_improvement_and_is_forgotten()
    {
        EarlyStopping falling = new(patience: 3);
        StoppingState state = StoppingState.Start;
        double[] losses = [double.NaN, double.PositiveInfinity, 2, double.NaN, 1];
        StoppingState[] states = [.. losses.Select(loss => state = falling.After(state, Metrics() with { ValidationLoss = loss }))];
        Assert.Equal([new(null, 1), new(null, 2), new(2, 0), new(2, 1), new(1, 0)], states);

        BestEpoch best = new(null);
        Assert.Equal(
            [true, false, true, false, true],
            losses.Select((loss, i) => best.Consider(Metrics() with { Epoch = i + 1, ValidationLoss = loss }))
        );
        Assert.Equal("epoch 5 (ValidationLoss 1.0000)", best.ToString());
    }

    [Fact]
    public void A_training_whose_validation_overflows_ends_when_patience_does()
    {
        Example[] overflowing = [new(Enumerable.Repeat(float.MaxValue, 64).ToArray(), 0)];
        Course stopped = Run(settings with { EarlyStopping = new EarlyStopping(patience: 2) }, overflowing);
        Assert.All(stopped.Metrics, epoch => Assert.False(double.IsFinite(epoch.ValidationLoss!.Value)));
        Assert.Equal(2, stopped.Metrics.Count);
        Assert.Contains("epoch 1 (ValidationLoss was never finite)", stopped.Log.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_canceled_training_returns_the_epoch_of_the_least_training_loss_where_nothing_is_validated()
    {
        Course expected = Run(settings with { Epochs = 2 }, validation: null);
        Course canceled = RunCanceled(epoch: 3, batch: 2, validation: null);
        Assert.Equal(2, canceled.Metrics.Count);
        Assert.Equal(expected.Weights, canceled.Weights);
    }

    [Fact]
    public void A_canceled_training_returns_the_epoch_of_the_least_validation_loss()
    {
        Course canceled = RunCanceled(epoch: 4, batch: 1, Misleading);
        Assert.Equal(3, canceled.Metrics.Count);
        Assert.Equal(Run(settings with { Epochs = 1 }, Misleading).Weights, canceled.Weights);
        Assert.Contains("canceled: the model is that of epoch 1", canceled.Log.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void Who_is_told_of_an_epoch_may_cancel_and_gets_the_best_that_includes_it()
    {
        using CancellationTokenSource cancellation = new();
        TrainingSettings returning = settings with { OnCancellation = OnCancellation.ReturnBest, CancellationToken = cancellation.Token };
        Course canceled = Run(returning, validation: null, completed: Cancel);
        Assert.Equal(Run(settings with { Epochs = 2 }, validation: null).Weights, canceled.Weights);

        void Cancel(CnnTrainingMetrics epoch)
        {
            if (epoch.Epoch == 2)
            {
                cancellation.Cancel();
                cancellation.Token.ThrowIfCancellationRequested();
            }
        }
    }

    [Fact]
    public void A_training_that_is_canceled_in_its_first_epoch_has_nothing_to_return() =>
        Assert.Throws<OperationCanceledException>(() => RunCanceled(epoch: 1, batch: 4, validation: null));

    [Fact]
    public void An_exception_that_looks_like_cancellation_is_none()
    {
        TrainingSettings returning = settings with { OnCancellation = OnCancellation.ReturnBest };
        Assert.Throws<OperationCanceledException>(() =>
            Run(returning, validation: null, completed: epoch => _ = epoch.Epoch == 2 ? throw new OperationCanceledException() : 0)
        );
    }

    [Fact]
    public void The_rate_falls_when_the_watched_metric_gets_stuck()
    {
        LearningRateSchedule schedule = LearningRateSchedule.ReduceOnPlateau(factor: 0.5f, patience: 1);
        Course course = Run(settings with { Schedule = schedule }, Misleading);
        Assert.Equal([0.02f, 0.02f, 0.02f, 0.01f, 0.01f, 0.005f], course.Metrics.Select(epoch => epoch.LearningRate));
    }

    [Fact]
    public void Progress_is_told_after_every_batch_if_that_is_wanted()
    {
        List<CnnTrainingProgress> told = [];
        Run(settings with { Epochs = 2, ProgressInterval = TimeSpan.Zero, Progressed = told.Add }, validation: null);
        Assert.Equal([.. Batches(1), .. Batches(2)], told.Select(progress => (progress.Epoch, progress.Batch)));
        Assert.All(
            told,
            progress =>
            {
                Assert.Equal(2, progress.Epochs);
                Assert.Equal(5, progress.Batches);
                Assert.Equal(0.02f, progress.LearningRate);
                Assert.True(double.IsFinite(progress.RunningTrainLoss) && progress.ImagesPerSecond > 0);
                Assert.InRange(progress.RunningTrainAccuracy!.Value, 0, 1);
                double done = 5 * (progress.Epoch - 1) + progress.Batch;
                Assert.Equal(progress.Elapsed * ((10 - done) / done), progress.Remaining);
            }
        );

        static IEnumerable<(int, long)> Batches(int epoch) => Enumerable.Range(1, 5).Select(batch => (epoch, (long)batch));
    }

    [Fact]
    public void Progress_is_told_at_the_end_of_each_epoch_at_least()
    {
        List<CnnTrainingProgress> told = [];
        Course course = Run(settings with { Epochs = 2, ProgressInterval = TimeSpan.FromDays(1), Progressed = told.Add }, validation: null);
        Assert.Equal([(1, 5L), (2, 5L)], told.Select(progress => (progress.Epoch, progress.Batch)));
        Assert.Equal(course.Metrics.Select(epoch => epoch.RunningTrainLoss), told.Select(progress => progress.RunningTrainLoss));
        Assert.Equal(TimeSpan.Zero, told[^1].Remaining);
        Assert.Equal(TimeSpan.Zero, course.Metrics[^1].Remaining);
        Assert.Equal(course.Metrics[0].Elapsed, course.Metrics[0].Remaining);
    }

    [Fact]
    public void A_metric_that_nobody_measured_is_named()
    {
        EarlyStopping watching = new(metric: TrainingMetric.ValidationAccuracy);
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() =>
            Run(settings with { EarlyStopping = watching }, validation: [])
        );
        Assert.Contains("ValidationAccuracy", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_out_of_range_are_refused_by_name()
    {
        Assert.Equal("patience", Assert.Throws<ArgumentOutOfRangeException>(() => new EarlyStopping(patience: 0)).ParamName);
        Assert.Equal("metric", Assert.Throws<ArgumentOutOfRangeException>(() => new EarlyStopping(metric: (TrainingMetric)9)).ParamName);
        Assert.Equal(
            "minimumImprovement",
            Assert.Throws<ArgumentOutOfRangeException>(() => new EarlyStopping(minimumImprovement: double.NaN)).ParamName
        );
    }

    private static CnnTrainingMetrics Metrics() => new(1, 9, 1, 0.5, null, null, 0.1f, 1, 1, TimeSpan.Zero);

    private static Course RunCanceled(int epoch, int batch, Example[]? validation)
    {
        using CancellationTokenSource cancellation = new();
        return Run(
            settings with
            {
                OnCancellation = OnCancellation.ReturnBest,
                CancellationToken = cancellation.Token,
                ProgressInterval = TimeSpan.Zero,
                Progressed = progress =>
                {
                    if (progress.Epoch == epoch && progress.Batch == batch)
                    {
                        cancellation.Cancel();
                    }
                },
            },
            validation
        );
    }

    private static Course Run(TrainingSettings settings, Example[]? validation, Action<CnnTrainingMetrics>? completed = null)
    {
        List<CnnTrainingMetrics> metrics = [];
        List<string> log = [];
        using ParameterStore initial = ParameterStore.Initialize(Quadrants.Network, Quadrants.Shape, seed: 1);
        CnnModel model = TrainingLoop.Run(
            description,
            initial,
            new FakeSource(64, Quadrants.Draw(Images, seed: 1)),
            Images,
            validation is null ? null : new FakeSource(64, validation),
            validation?.Length ?? 0,
            settings with
            {
                EpochCompleted = epoch =>
                {
                    metrics.Add(epoch);
                    completed?.Invoke(epoch);
                },
                Log = log.Add,
            }
        );
        return new Course(metrics, log, [.. model.Store.Parameters.Span, .. model.Store.State.Span]);
    }

    private sealed record Course(List<CnnTrainingMetrics> Metrics, List<string> Log, float[] Weights);
}
