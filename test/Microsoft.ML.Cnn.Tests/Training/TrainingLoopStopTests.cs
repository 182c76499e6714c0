using Microsoft.ML.Cnn.Training;

namespace Microsoft.ML.Cnn.Tests.Training;

public sealed class TrainingLoopStopTests
{
    private static readonly ModelDescription description = Quadrants.Describe(Quadrants.Network);
    private static readonly Example[] examples = Quadrants.Draw(200, seed: 1);
    private static readonly TrainingSettings settings = new()
    {
        Epochs = 1_000,
        BatchSize = 10,
        Threads = 2,
    };

    [Fact]
    public void A_token_stops_training_within_an_epoch()
    {
        using CancellationTokenSource cancellation = new();
        int epochs = 0;
        int opened = 0;
        FakeSource source = new(64, examples, canShuffle: true)
        {
            BeforeRow = row =>
            {
                opened += row == 0 ? 1 : 0;
                if (opened == 2 && row == 100)
                {
                    cancellation.Cancel();
                }
            },
        };
        Assert.Throws<OperationCanceledException>(() =>
            Run(source, settings with { CancellationToken = cancellation.Token, EpochCompleted = _ => epochs++ })
        );
        Assert.True(epochs <= 1);
        Assert.Equal(source.Opened, source.Closed);
    }

    [Fact]
    public void A_host_that_is_canceled_stops_training_within_a_batch()
    {
        int asked = 0;
        FakeSource source = new(64, examples);
        Assert.Throws<OperationCanceledException>(() => Run(source, settings with { IsCanceled = () => ++asked == 30 }));
        Assert.Equal(30, asked);
        Assert.Equal(source.Opened, source.Closed);
    }

    [Fact]
    public void What_is_canceled_before_it_begins_does_not_begin()
    {
        FakeSource source = new(64, examples);
        Assert.Throws<OperationCanceledException>(() => Run(source, settings with { CancellationToken = new CancellationToken(true) }));
        Assert.Equal(0, source.Opened);
    }

    [Fact]
    public void An_exception_of_the_callback_stops_training_and_arrives_unchanged()
    {
        FakeSource source = new(64, examples);
        Assert.Throws<TimeoutException>(() => Run(source, settings with { EpochCompleted = _ => throw new TimeoutException() }));
        Assert.Equal(source.Opened, source.Closed);
    }

    [Fact]
    public void An_exception_of_the_source_stops_training_and_arrives_unchanged()
    {
        InvalidDataException thrown = new("row 50 is bad");
        FakeSource source = new(64, examples, canShuffle: true) { BeforeRow = row => _ = row == 50 ? throw thrown : 0 };
        Assert.Same(thrown, Assert.Throws<InvalidDataException>(() => Run(source, settings)));
    }

    [Fact]
    public void A_loss_that_is_no_number_stops_training_and_says_when_and_what_to_try()
    {
        TrainingDivergedException exception = Assert.Throws<TrainingDivergedException>(() =>
            Run(new FakeSource(64, examples), settings with { LearningRate = 1e38f })
        );
        Assert.Equal(1, exception.Epoch);
        Assert.InRange(exception.Batch, 2, 20);
        Assert.Equal(1e38f, exception.LearningRate);
        Assert.False(double.IsFinite(exception.Loss));
        Assert.Contains($"epoch 1, batch {exception.Batch}, at a learning rate of 1E+38", exception.Message, StringComparison.Ordinal);
        Assert.Contains("lower learning rate", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parameters_that_only_the_last_step_spoils_are_noticed()
    {
        Example[] one = [examples[0]];
        TrainingSettings once = settings with { Epochs = 1, LearningRate = float.MaxValue, Optimizer = new Sgd(weightDecay: 100) };
        TrainingDivergedException exception = Assert.Throws<TrainingDivergedException>(() => Run(new FakeSource(64, one), once, rows: 1));
        Assert.Equal(1, exception.Batch);
    }

    [Fact]
    public void No_rows_are_refused()
    {
        Assert.Throws<InvalidOperationException>(() => Run(new FakeSource(64, []), settings, rows: 0));

        // Also where there were some when they were counted.
        Assert.Throws<InvalidOperationException>(() => Run(new FakeSource(64, []), settings, rows: 5));
    }

    private static void Run(FakeSource source, TrainingSettings settings, long rows = 200) =>
        TrainingLoop.Run(
            description,
            ParameterStore.Initialize(Quadrants.Network, Quadrants.Shape, seed: 1),
            source,
            rows,
            validation: null,
            validationRows: 0,
            settings
        );
}
