using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Cnn.Benchmarks.Figures;

/// <summary>
/// A VGG-style network with batch normalization that learns the whole of Fashion-MNIST, its images flipped and cropped at random, and is then scored on the test images,
/// once. Its settings were chosen by 10,000 training images that were held out; <c>--validate</c> holds them out again, and leaves the test images alone.
/// Either 32, 64 and 128 channels wide, for a quarter of an hour on two cores, or <c>wide</c>, twice that and with parts of its images erased, for an hour.
/// </summary>
internal static class FashionMnistTraining
{
    private const float HeldOut = 1f / 6;

    public static int Run(int epochs, bool wide, bool validate)
    {
        MLContext ml = new(seed: 1);
        IDataView rows = FashionMnist.Load(ml, Repository.FullFashionMnist, "train");
        ValueToKeyMappingTransformer keys = ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows);
        Stopwatch watch = Stopwatch.StartNew();
        CnnMulticlassPredictionTransformer model = ml
            .MulticlassClassification.Trainers.Cnn(
                new CnnMulticlassTrainer.Options
                {
                    Network = Create(wide ? 64 : 32),
                    Epoch = epochs,
                    BatchSize = 128,
                    LearningRate = 0.1f,
                    LearningRateScheduler = LearningRateSchedule.OneCycle(rise: 0.2f),
                    Optimizer = new Sgd(momentum: 0.9f, nesterov: true, weightDecay: 5e-4f),
                    LabelSmoothing = 0.1f,
                    Augmentation = wide
                        ? [new HorizontalFlip(), new RandomCrop(padding: 2), new RandomErasing()]
                        : [new HorizontalFlip(), new RandomCrop(padding: 2)],
                    ValidationSetFraction = validate ? HeldOut : null,
                    Seed = 1,
                    MetricsCallback = Print,
                }
            )
            .Fit(keys.Transform(rows));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"trained in {watch.Elapsed.TotalSeconds:0} s"));
        if (!validate)
        {
            MulticlassClassificationMetrics test = ml.MulticlassClassification.Evaluate(
                model.Transform(keys.Transform(FashionMnist.Load(ml, Repository.FullFashionMnist, "t10k")))
            );
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"test accuracy {test.MicroAccuracy:0.0000}"));
        }

        return 0;
    }

    /// <summary>Three blocks of two convolutions, and a dense layer: 29 million multiply-adds an image with 32 channels in the first block, 115 million with 64.</summary>
    private static Network Create(int width) =>
        Network.Sequential([
            .. Block(width),
            .. Block(2 * width),
            .. Block(4 * width),
            new Flatten(),
            new Dense(256),
            new BatchNormalization(),
            new ReLU(),
            new Dropout(0.4f),
        ]);

    private static IEnumerable<Layer> Block(int channels) =>
        [.. Convolution(channels), .. Convolution(channels), new MaxPool2D(2, rounding: Rounding.Floor)];

    private static IEnumerable<Layer> Convolution(int channels) =>
        [new Conv2D(channels, kernel: 3, padding: 1), new BatchNormalization(), new ReLU()];

    private static void Print(CnnTrainingMetrics epoch) =>
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{epoch.Epoch, 2} loss {epoch.RunningTrainLoss:0.0000} validation {epoch.ValidationAccuracy:0.0000} {epoch.ImagesPerSecond:0} images/s, {epoch.Elapsed.TotalSeconds:0} s"
            )
        );
}
