using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Training;
using Microsoft.ML.Cnn.Training.Augmentations;

namespace Microsoft.ML.Cnn.Tests.Training.Augmentations;

public sealed class AugmentedBatchTests
{
    private const int Seed = 9;
    private const int Epochs = 2;
    private const int Images = 50;

    private static readonly Shape shape = new(6, 7, 3);

    private static readonly AugmentationSequence sequence =
    [
        new HorizontalFlip(),
        new RandomCrop(padding: 2),
        new RandomRotation(20),
        new ColorJitter(0.2f, 0.2f, 0.2f, maximum: 255),
        new RandomErasing(value: 0),
    ];

    [Theory]
    [InlineData(1, 1, null, false)]
    [InlineData(7, 1, 10, false)]
    [InlineData(16, 2, null, true)]
    [InlineData(50, 4, 64, false)]
    public void An_image_becomes_the_same_whatever_the_batches_threads_and_order(
        int batchSize,
        int threads,
        int? bufferRows,
        bool canShuffle
    )
    {
        Example[] examples = Examples();
        FakeSource source = new((int)shape.Length, examples, canShuffle);
        using EpochOrder order = new(source, Images, bufferRows, Seed);
        using BatchAugmenter augmenter = new(Learned(), shape, PixelOrder.Planar, Seed, SimdDispatch.Best, threads);
        using BatchReader reader = new(order.Open, Epochs, batchSize, source.PixelsPerRow, Images, augmenter: augmenter);
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            HashSet<int> seen = [];
            while (reader.Take(() => { }) is { } batch)
            {
                for (int row = 0; row < batch.Count; row++)
                {
                    int number = batch.Labels[row];
                    Assert.True(seen.Add(number));
                    Assert.Equal(
                        sequence.Apply(examples[number].Pixels, shape, PixelOrder.Planar, Seed, epoch, number),
                        batch.Row(row).ToArray()
                    );
                }
            }

            Assert.Equal(Images, seen.Count);
        }
    }

    [Fact]
    public void Nothing_is_allocated_for_a_batch()
    {
        using BatchAugmenter augmenter = new(Learned(), shape, PixelOrder.Interleaved, Seed, SimdDispatch.Best, threads: 1);
        using Batch batch = new(16, (int)shape.Length) { Count = 16 };
        augmenter.Apply(batch, 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int epoch = 0; epoch < 50; epoch++)
        {
            augmenter.Apply(batch, epoch);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Threads_do_not_change_a_bit_of_a_model_trained_on_augmented_images(bool canShuffle)
    {
        float[] expected = Weights(threads: 1, canShuffle, [new RandomCrop(padding: 1), new HorizontalFlip()]);
        Assert.Equal(expected, Weights(threads: 2, canShuffle, [new RandomCrop(padding: 1), new HorizontalFlip()]));
        Assert.Equal(expected, Weights(threads: 9, canShuffle, [new RandomCrop(padding: 1), new HorizontalFlip()]));
        Assert.NotEqual(expected, Weights(threads: 1, canShuffle, []));
    }

    [Fact]
    public void Validation_images_are_measured_as_they_are()
    {
        // What is erased to nothing cannot be learned from, but a rate of almost nothing leaves the first weights: both runs measure the same model.
        Example[] train = Quadrants.Draw(64, seed: 1);
        Example[] validation = Quadrants.Draw(64, seed: 2);
        AugmentationSequence strong = [new VerticalFlip(1), new RandomCrop(padding: 7)];
        Assert.Equal(Loss(train, validation, []), Loss(train, validation, strong), 1e-4);

        static double Loss(Example[] train, Example[] validation, AugmentationSequence augmentation)
        {
            double loss = 0;
            Network network = Network.Sequential(new Flatten(), new Dense(Quadrants.Classes));
            ModelDescription description = Quadrants.Describe(network);
            using ParameterStore initial = ParameterStore.Initialize(network, Quadrants.Shape, Seed);
            TrainingLoop.Run(
                description,
                initial,
                new FakeSource(64, train),
                train.Length,
                new FakeSource(64, validation),
                validation.Length,
                new TrainingSettings
                {
                    Epochs = 1,
                    LearningRate = 1e-9f,
                    Threads = 1,
                    Augmentation = augmentation,
                    EpochCompleted = metrics => loss = metrics.ValidationLoss!.Value,
                }
            );
            return loss;
        }
    }

    private static float[] Weights(int threads, bool canShuffle, AugmentationSequence augmentation)
    {
        Example[] train = Quadrants.Draw(100, seed: 1);
        ModelDescription description = Quadrants.Describe(Quadrants.Network);
        using ParameterStore initial = ParameterStore.Initialize(description.Network, description.InputShape, Seed);
        CnnModel model = TrainingLoop.Run(
            description,
            initial,
            new FakeSource(64, train, canShuffle),
            train.Length,
            validation: null,
            validationRows: 0,
            new TrainingSettings
            {
                Epochs = 2,
                BatchSize = 16,
                Threads = threads,
                Seed = Seed,
                Augmentation = augmentation,
            }
        );
        return model.Store.Parameters.Span.ToArray();
    }

    private static AugmentationSequence Learned() => sequence.Learn(PixelNormalization.None(3), new ColorStatistics(new(1, 1, 1, 1)));

    private static Example[] Examples()
    {
        Random random = new(1);
        return
        [
            .. Enumerable
                .Range(0, Images)
                .Select(number => new Example([.. Enumerable.Range(0, (int)shape.Length).Select(_ => (float)random.Next(256))], number)),
        ];
    }
}
