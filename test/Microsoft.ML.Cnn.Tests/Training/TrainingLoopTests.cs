using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Training;

namespace Microsoft.ML.Cnn.Tests.Training;

public sealed class TrainingLoopTests
{
    private static readonly ModelDescription description = Quadrants.Describe(Quadrants.Network);
    private static readonly TrainingSettings settings = new()
    {
        Epochs = 4,
        BatchSize = 16,
        LearningRate = 0.05f,
        Schedule = LearningRateSchedule.Cosine(),
        Threads = 1,
        Seed = 3,
    };

    [Fact]
    public void A_small_network_learns()
    {
        CnnTrainingMetrics last = Run(Quadrants.Draw(600, seed: 1), Quadrants.Draw(300, seed: 2), settings)[^1];
        Assert.True(last.ValidationAccuracy > 0.97, $"{last}");
        Assert.True(last.ValidationLoss < 0.2, $"{last}");
        Assert.True(last.RunningTrainAccuracy > 0.9, $"{last}");
    }

    [Fact]
    public void Adam_learns_too()
    {
        TrainingSettings adam = settings with { Optimizer = new AdamW(), LearningRate = 0.01f };
        Assert.True(Run(Quadrants.Draw(600, seed: 1), Quadrants.Draw(300, seed: 2), adam)[^1].ValidationAccuracy > 0.97);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(33)]
    public void A_last_batch_of_one_image_is_trained_on_also_with_batch_normalization(int images)
    {
        CnnTrainingMetrics[] metrics = Run(Quadrants.Draw(images, seed: 1), null, settings);
        Assert.All(metrics, epoch => Assert.Equal(images, epoch.TrainImages));
        Assert.All(metrics, epoch => Assert.True(double.IsFinite(epoch.RunningTrainLoss)));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(50)]
    public void Data_sorted_by_class_trains_as_well_as_shuffled_data_though_the_buffer_is_small(int bufferRows)
    {
        Example[] train = Quadrants.Draw(2_000, seed: 1, noise: 1.2);
        Example[] sorted = [.. train.OrderBy(example => example.Label)];
        double shuffled = MeanAccuracy(new FakeSource(64, train, canShuffle: true));
        double streamed = MeanAccuracy(new FakeSource(64, sorted));
        Assert.True(shuffled > 0.9, $"shuffled {shuffled}");
        Assert.True(streamed > shuffled - 0.005, $"shuffled {shuffled}, sorted {streamed}");

        double MeanAccuracy(FakeSource source) =>
            new[] { 1, 2, 3 }.Average(seed =>
                Run(
                    source,
                    Quadrants.Draw(2_000, seed: 2, noise: 1.2),
                    settings with
                    {
                        ShuffleBufferRows = bufferRows,
                        Epochs = 8,
                        Seed = seed,
                    }
                )[^1].ValidationAccuracy!.Value
            );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Threads_do_not_change_a_bit_of_the_model(bool canShuffle)
    {
        float[] expected = Weights(threads: 1, seed: 3, canShuffle);
        Assert.Equal(expected, Weights(threads: 1, seed: 3, canShuffle));
        Assert.Equal(expected, Weights(threads: 2, seed: 3, canShuffle));
        Assert.Equal(expected, Weights(threads: 5, seed: 3, canShuffle));
        Assert.NotEqual(expected, Weights(threads: 1, seed: 4, canShuffle));
    }

    [Fact]
    public void The_parameters_to_begin_with_and_frozen_ones_stay_as_they_are()
    {
        ParameterStore initial = ParameterStore.Initialize(Quadrants.Network, Quadrants.Shape, seed: 1);
        ParameterTable table = new(initial.Table.Segments.Select(segment => segment with { Frozen = segment.Path == "conv1/weight" }));
        ParameterStore frozen = new(table, initial.Parameters, initial.State);
        float[] before = frozen.Parameters.Span.ToArray();
        CnnModel model = TrainingLoop.Run(description, frozen, Source(Quadrants.Draw(64, 1)), 64, null, 0, settings);
        Assert.Equal(before, frozen.Parameters.Span.ToArray());
        Assert.Equal(frozen["conv1/weight"].ToArray(), model.GetParameter("conv1/weight"));
        Assert.NotEqual(frozen["output/weight"].ToArray(), model.GetParameter("output/weight"));
        Assert.True(model.Segments.Single(segment => segment.Path == "conv1/weight").Frozen);
    }

    [Fact]
    public void Metrics_say_what_was_measured()
    {
        // A rate too small to change a bit: the running loss is that of the parameters to begin with.
        Network network = Network.Sequential(new Dense(3) { Name = "output" });
        ModelDescription flat = Quadrants.Describe(network) with { InputShape = Shape.Flat(2), Normalization = PixelNormalization.None(2) };
        Example[] examples =
        [
            .. Enumerable.Range(0, 21).Select(i => new Example([MathF.Sin(i), MathF.Cos(i * i)], i % 3, Weight: 0.25f * (1 + i % 5))),
        ];
        ParameterStore store = ParameterStore.Initialize(network, Shape.Flat(2), seed: 1);
        List<CnnTrainingMetrics> metrics = [];
        TrainingSettings still = settings with { LearningRate = 1e-30f, EpochCompleted = metrics.Add };
        TrainingLoop.Run(flat, store, new FakeSource(2, examples), 21, new FakeSource(2, examples), 21, still);

        (double loss, double accuracy) = SoftmaxRegression(examples, store["output/weight"].ToArray());
        Assert.Equal([1, 2, 3, 4], metrics.Select(epoch => epoch.Epoch));
        Assert.All(
            metrics,
            epoch =>
            {
                Assert.Equal(4, epoch.Epochs);
                Assert.Equal(21, epoch.TrainImages);
                Assert.Equal(loss, epoch.RunningTrainLoss, 1e-5);
                Assert.Equal(accuracy, epoch.RunningTrainAccuracy!.Value, 1e-6);
                Assert.Equal(loss, epoch.ValidationLoss!.Value, 1e-5);
                Assert.Equal(accuracy, epoch.ValidationAccuracy!.Value, 1e-6);
                Assert.True(epoch.ImagesPerSecond > 0);
            }
        );
        Assert.Equal(metrics.Select(epoch => epoch.Elapsed).Order(), metrics.Select(epoch => epoch.Elapsed));
    }

    [Fact]
    public void Metrics_bear_the_rate_that_each_epoch_begins_with_and_no_validation_where_there_is_none()
    {
        CnnTrainingMetrics[] metrics = Run(Quadrants.Draw(40, 1), null, settings with { Schedule = LearningRateSchedule.Step(2, 0.5f) });
        Assert.Equal([0.05f, 0.05f, 0.025f, 0.025f], metrics.Select(epoch => epoch.LearningRate));
        Assert.All(metrics, epoch => Assert.Null(epoch.ValidationLoss));
        Assert.All(metrics, epoch => Assert.Null(epoch.ValidationAccuracy));
    }

    [Fact]
    public void An_epoch_allocates_no_more_for_more_batches()
    {
        long few = AllocatedByAnEpoch(images: 20);
        long many = AllocatedByAnEpoch(images: 400);
        Assert.True(many <= few + 1024, $"20 batches: {few} bytes, 400 batches: {many} bytes");
    }

    private static long AllocatedByAnEpoch(int images)
    {
        long[] allocated = new long[4];
        TrainingSettings measured = settings with
        {
            BatchSize = 1,
            EpochCompleted = epoch => allocated[epoch.Epoch - 1] = GC.GetAllocatedBytesForCurrentThread(),
        };
        TrainingLoop.Run(
            description,
            Initial(),
            Source(Quadrants.Draw(images, 1)),
            images,
            Source(Quadrants.Draw(images, 2)),
            images,
            measured
        );
        return allocated[3] - allocated[2];
    }

    private static float[] Weights(int threads, int seed, bool canShuffle)
    {
        FakeSource source = new(64, Quadrants.Draw(100, seed: 1), canShuffle);
        TrainingSettings own = settings with { Threads = threads, Seed = seed, ShuffleBufferRows = 30 };
        CnnModel model = TrainingLoop.Run(description, Initial(), source, 100, Source(Quadrants.Draw(50, 2)), 50, own);
        return [.. model.Store.Parameters.Span, .. model.Store.State.Span];
    }

    private static CnnTrainingMetrics[] Run(Example[] train, Example[]? validation, TrainingSettings settings) =>
        Run(Source(train), validation, settings);

    private static CnnTrainingMetrics[] Run(FakeSource train, Example[]? validation, TrainingSettings settings)
    {
        List<CnnTrainingMetrics> metrics = [];
        TrainingLoop.Run(
            description,
            Initial(),
            train,
            train.Examples.Count,
            validation is null ? null : Source(validation),
            validation?.Length ?? 0,
            settings with
            {
                EpochCompleted = metrics.Add,
            }
        );
        return [.. metrics];
    }

    private static ParameterStore Initial() => ParameterStore.Initialize(Quadrants.Network, Quadrants.Shape, seed: 1);

    private static FakeSource Source(Example[] examples) => new(64, examples);

    private static (double Loss, double Accuracy) SoftmaxRegression(Example[] examples, float[] weights)
    {
        double loss = 0;
        double correct = 0;
        foreach (Example example in examples)
        {
            double[] scores =
            [
                .. Enumerable.Range(0, 3).Select(c => (double)example.Pixels[0] * weights[c] + (double)example.Pixels[1] * weights[3 + c]),
            ];
            loss += example.Weight * (Math.Log(scores.Sum(Math.Exp)) - scores[example.Label]);
            correct += scores[example.Label] == scores.Max() ? example.Weight : 0;
        }

        double total = examples.Sum(example => (double)example.Weight);
        return (loss / total, correct / total);
    }
}
