using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Training;
using Microsoft.ML.Cnn.Training.Augmentations;

namespace Microsoft.ML.Cnn.Tests.Training.Augmentations;

public sealed class BatchMixerTests
{
    private const int Rows = 24;

    private static readonly TrainingSettings settings = new()
    {
        MixUp = 0.4f,
        Seed = 5,
        Epochs = 3,
        LearningRate = 0.05f,
        BatchSize = 16,
        Threads = 1,
    };

    [Fact]
    public void Each_row_is_blended_with_the_next_of_one_ring_and_classes_share_it_alike()
    {
        using Batch batch = Mixed(Enumerable.Range(0, Rows));
        int[] next = new int[Rows];
        for (int row = 0; row < Rows; row++)
        {
            // Rows are one-hot: what is left of a row and what came of the other can be read off.
            float share = batch.Row(row)[row];
            next[row] = batch.SecondLabels[row];
            Assert.Equal(row, batch.Labels[row]);
            Assert.NotEqual(row, next[row]);
            Assert.Equal(1 - share, batch.Row(row)[next[row]], 1e-7f);
            Assert.Equal(2, batch.Row(row).ToArray().Count(pixel => pixel != 0));
            Assert.Equal(share * WeightOf(row), batch.Weights[row]);
            Assert.Equal((1 - share) * WeightOf(next[row]), batch.SecondWeights[row], 1e-6f);
        }

        int steps = 0;
        int at = 0;
        do
        {
            (at, steps) = (next[at], steps + 1);
        } while (at != 0);

        Assert.Equal(Rows, steps);
    }

    [Fact]
    public void What_becomes_of_rows_follows_from_which_are_in_the_batch_not_from_their_order()
    {
        int[] order = [.. Enumerable.Range(0, Rows)];
        using Batch expected = Mixed(order);
        new Random(3).Shuffle(order);
        using Batch shuffled = Mixed(order);
        for (int place = 0; place < Rows; place++)
        {
            Assert.Equal(expected.Row(order[place]).ToArray(), shuffled.Row(place).ToArray());
            Assert.Equal(expected.SecondLabels[order[place]], shuffled.SecondLabels[place]);
            Assert.Equal(expected.SecondWeights[order[place]], shuffled.SecondWeights[place]);
        }
    }

    [Fact]
    public void Epochs_and_seeds_mix_otherwise_and_instruction_sets_alike()
    {
        using Batch first = Mixed(Enumerable.Range(0, Rows));
        using Batch second = Mixed(Enumerable.Range(0, Rows), epoch: 1);
        using Batch other = Mixed(Enumerable.Range(0, Rows), settings: settings with { Seed = 6 });
        using Batch narrow = Mixed(Enumerable.Range(0, Rows), settings: settings with { InstructionSet = InstructionSet.Scalar });
        Assert.NotEqual(first.SecondLabels, second.SecondLabels);
        Assert.NotEqual(first.SecondLabels, other.SecondLabels);
        Assert.All(Enumerable.Range(0, Rows), row => Assert.Equal(first.Row(row).ToArray(), narrow.Row(row).ToArray()));
    }

    [Fact]
    public void Targets_become_their_mean_by_the_weights_that_they_share_a_row_with()
    {
        using Batch plain = Mixed(Enumerable.Range(0, Rows));
        using Batch batch = Mixed(Enumerable.Range(0, Rows), targets: 2);
        for (int row = 0; row < Rows; row++)
        {
            (float own, float other) = (plain.Weights[row], plain.SecondWeights[row]);
            int next = plain.SecondLabels[row];
            Assert.Equal(own + other, batch.Weights[row]);
            Assert.Equal(0, batch.SecondWeights[row]);
            Assert.Equal((own * row + other * next) / (own + other), batch.Row(row)[Rows], 1e-4f);
            Assert.Equal(-batch.Row(row)[Rows], batch.Row(row)[Rows + 1], 1e-4f);
        }
    }

    [Fact]
    public void Targets_of_rows_that_count_for_nothing_stay_numbers()
    {
        using BatchMixer mixer = BatchMixer.Create(Rows, Rows + 2, settings)!;
        using Batch batch = Fill(Enumerable.Range(0, Rows), targets: 2);
        batch.Weights.AsSpan().Clear();
        mixer.Apply(batch, epoch: 0);
        for (int row = 0; row < Rows; row++)
        {
            Assert.Equal(0, batch.Weights[row]);
            Assert.InRange(batch.Row(row)[Rows], 0, Rows);
        }
    }

    [Fact]
    public void A_row_alone_stays_as_it_is_and_forgets_the_batch_before()
    {
        using BatchMixer mixer = BatchMixer.Create(Rows, Rows, settings)!;
        using Batch batch = Fill(Enumerable.Range(0, Rows), targets: 0);
        mixer.Apply(batch, epoch: 0);
        batch.Row(0).Clear();
        (batch.Row(0)[0], batch.Weights[0], batch.Count) = (1, 1, 1);
        mixer.Apply(batch, epoch: 0);
        Assert.Equal((1f, 0f), (batch.Weights[0], batch.SecondWeights[0]));
        Assert.Equal(1, batch.Row(0)[0]);
    }

    [Fact]
    public void Nothing_is_allocated_for_a_batch()
    {
        using BatchMixer mixer = BatchMixer.Create(Rows, Rows, settings)!;
        using Batch batch = Fill(Enumerable.Range(0, Rows), targets: 0);
        mixer.Apply(batch, 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int epoch = 0; epoch < 50; epoch++)
        {
            mixer.Apply(batch, epoch);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Threads_do_not_change_a_bit_of_a_model_trained_on_blended_images(bool canShuffle)
    {
        float[] expected = Train(settings, canShuffle).Weights;
        Assert.Equal(expected, Train(settings with { Threads = 2 }, canShuffle).Weights);
        Assert.Equal(expected, Train(settings with { Threads = 9 }, canShuffle).Weights);
        Assert.NotEqual(expected, Train(settings with { MixUp = 0 }, canShuffle).Weights);
    }

    [Fact]
    public void It_learns_and_what_it_measures_in_training_is_of_blended_images()
    {
        (CnnTrainingMetrics blended, _) = Train(settings with { Epochs = 8, MixUp = 1 }, canShuffle: true, rows: 600);
        (CnnTrainingMetrics plain, _) = Train(settings with { Epochs = 8, MixUp = 0 }, canShuffle: true, rows: 600);
        Assert.True(blended.ValidationAccuracy > 0.95, $"{blended}");
        Assert.True(plain.RunningTrainAccuracy > 0.95, $"{plain}");

        // Of two classes in equal parts on average, the greater share can be right: 3/4 of each of the 3/4 of pairs that are of two classes.
        Assert.InRange(blended.RunningTrainAccuracy!.Value, 0.6, 0.82);
        Assert.True(blended.RunningTrainLoss > plain.RunningTrainLoss + 0.2, $"{blended}");
    }

    private static (CnnTrainingMetrics Last, float[] Weights) Train(TrainingSettings settings, bool canShuffle, int rows = 100)
    {
        Example[] train = Quadrants.Draw(rows, seed: 1);
        ModelDescription description = Quadrants.Describe(Quadrants.Network);
        using ParameterStore initial = ParameterStore.Initialize(description.Network, description.InputShape, seed: 1);
        CnnTrainingMetrics? last = null;
        CnnModel model = TrainingLoop.Run(
            description,
            initial,
            new FakeSource(64, train, canShuffle),
            rows,
            new FakeSource(64, Quadrants.Draw(200, seed: 2)),
            200,
            settings with
            {
                EpochCompleted = metrics => last = metrics,
            }
        );
        return (last!, model.Store.Parameters.Span.ToArray());
    }

    private static Batch Mixed(IEnumerable<int> numbers, int epoch = 0, TrainingSettings? settings = null, int targets = 0)
    {
        Batch batch = Fill(numbers, targets);
        using BatchMixer mixer = BatchMixer.Create(Rows, batch.RowLength, settings ?? BatchMixerTests.settings)!;
        mixer.Apply(batch, epoch);
        return batch;
    }

    /// <summary>Rows whose pixel of their own number is 1, labelled with the number; two targets are the number and its negative.</summary>
    private static Batch Fill(IEnumerable<int> numbers, int targets)
    {
        Batch batch = new(Rows, Rows, targets);
        foreach (int number in numbers)
        {
            int row = batch.Count++;
            batch.Row(row).Clear();
            batch.Row(row)[number] = 1;
            (batch.Labels[row], batch.Weights[row]) = (number, WeightOf(number));
            batch.RowKeys[row] = RowKeys.Of((ulong)number, 0);
            for (int i = 0; i < targets; i++)
            {
                batch.Row(row)[Rows + i] = i == 0 ? number : -number;
            }
        }

        return batch;
    }

    private static float WeightOf(int number) => 0.5f + number % 3;
}
