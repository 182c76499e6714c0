using System.Globalization;
using Microsoft.ML.Cnn.Benchmarks.Networks;
using Microsoft.ML.Cnn.Layers;
using SkiaSharp;

namespace Microsoft.ML.Cnn.Benchmarks.Figures;

/// <summary>What an epoch over a folder of images takes, beside decoding alone and training alone.</summary>
internal static class ImageFolders
{
    private const int Turns = 3;
    private const int Epochs = 2;

    public static int Run(int threads)
    {
        Compare("32x32 PNG", 3_000, 32, SKEncodedImageFormat.Png, batchSize: 64, threads, Small());
        Compare("32x32 JPEG", 3_000, 32, SKEncodedImageFormat.Jpeg, batchSize: 64, threads, Small());
        Compare("227x227 PNG", 300, 227, SKEncodedImageFormat.Png, batchSize: 16, threads, Large());
        Compare("227x227 JPEG", 300, 227, SKEncodedImageFormat.Jpeg, batchSize: 16, threads, Large());
        return 0;
    }

    private static Network Small() =>
        Network.Sequential(
            new Conv2D(16, kernel: 3, padding: Padding.Same),
            new ReLU(),
            new MaxPool2D(2),
            new Conv2D(32, kernel: 3, padding: Padding.Same),
            new ReLU(),
            new MaxPool2D(2)
        );

    private static Network Large() =>
        Network.Sequential(
            new Conv2D(64, kernel: 11, stride: 4),
            new ReLU(),
            new MaxPool2D(3, stride: 2),
            new Conv2D(128, kernel: 3, padding: Padding.Same),
            new ReLU(),
            new MaxPool2D(3, stride: 2)
        );

    private static void Compare(string name, int count, int side, SKEncodedImageFormat format, int batchSize, int threads, Network network)
    {
        MLContext ml = new(seed: 1);
        using ImageFolder folder = new(count, side, format);
        using BarePlans plans = new(network, folder.Shape, batchSize, threads);
        IDataView images = folder.Load(ml);
        int steps = (count + batchSize - 1) / batchSize;
        ITransformer model = Pipeline.Fit(ml, images, batchSize, threads, network: network);
        Usage decoding = Usage.Most;
        Usage training = Usage.Most;
        Usage fitting = Usage.Most;
        Usage scoring = Usage.Most;
        for (int turn = 0; turn < Turns; turn++)
        {
            decoding = decoding.Least(Usage.Of(() => ImageFolder.Decode(images)));
            training = training.Least(Usage.Of(() => Repeat(steps, plans.Train)));
            fitting = fitting.Least(Usage.Of(() => Pipeline.Fit(ml, images, batchSize, threads, epochs: Epochs, network: network)));
            scoring = scoring.Least(Usage.Of(() => Pipeline.Score(model, images)));
        }

        // The pass that learns the pixels' mean and deviation decodes once more.
        double sum = (Epochs + 1) * decoding.Cpu + Epochs * training.Cpu;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name}, {count} images, {threads} threads, us a row, CPU (wall): decoding {Row(decoding, count)}, training {Row(training, count)}, "
                    + $"Fit of {Epochs} epochs {Row(fitting, count)} = {fitting.Cpu / sum:0.00} x the CPU time of its {Epochs + 1} decodings and {Epochs} trainings "
                    + $"({fitting.Wall / sum:0.00} x on the wall); Transform {Row(scoring, count)}"
            )
        );
    }

    private static string Row(Usage usage, int count) =>
        string.Create(CultureInfo.InvariantCulture, $"{1e6 * usage.Cpu / count:0} ({1e6 * usage.Wall / count:0})");

    private static void Repeat(int times, Action action)
    {
        for (int i = 0; i < times; i++)
        {
            action();
        }
    }
}
