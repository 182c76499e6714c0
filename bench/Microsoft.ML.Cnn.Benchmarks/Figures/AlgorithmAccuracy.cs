using System.Globalization;
using Microsoft.ML.Cnn.Benchmarks.Networks;
using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Cnn.Benchmarks.Figures;

/// <summary>
/// Accuracy on the test images of the whole of Fashion-MNIST after each epoch, of a small VGG without batch normalization that learns with convolutions computed as
/// is fastest and of one that convolves directly, for several seeds: all else is the same.
/// </summary>
internal static class AlgorithmAccuracy
{
    public const int DefaultEpochs = 3;

    private const int Seeds = 3;

    // Half the default, under which a network of this depth without normalization may diverge.
    private const float Rate = 0.015f;

    public static int Run(int epochs = DefaultEpochs)
    {
        MLContext ml = new(seed: 1);
        IDataView rows = FashionMnist.Load(ml, Repository.FullFashionMnist, "train");
        ValueToKeyMappingTransformer keys = ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows);
        (IDataView train, IDataView test) = (
            keys.Transform(rows),
            keys.Transform(FashionMnist.Load(ml, Repository.FullFashionMnist, "t10k"))
        );
        Console.WriteLine("| seed | convolutions | test accuracy after each epoch | seconds |");
        Console.WriteLine("|--:|---|---|--:|");
        foreach (int seed in Enumerable.Range(1, Seeds))
        foreach (ConvolutionAlgorithm algorithm in Enum.GetValues<ConvolutionAlgorithm>())
        {
            Train(ml, train, test, seed, algorithm, epochs);
        }

        return 0;
    }

    private static void Train(MLContext ml, IDataView train, IDataView test, int seed, ConvolutionAlgorithm algorithm, int epochs)
    {
        Console.Write($"| {seed} | {algorithm} |");
        double seconds = 0;
        ml.MulticlassClassification.Trainers.Cnn(
                new CnnMulticlassTrainer.Options
                {
                    Network = SmallVgg.Create(),
                    Epoch = epochs,
                    LearningRate = Rate,
                    Seed = seed,
                    ConvolutionAlgorithm = algorithm,
                    ValidationSet = test,
                    MetricsCallback = metrics =>
                    {
                        Console.Write(string.Create(CultureInfo.InvariantCulture, $" {metrics.ValidationAccuracy:0.0000}"));
                        seconds = metrics.Elapsed.TotalSeconds;
                    },
                }
            )
            .Fit(train);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $" | {seconds:0} |"));
    }
}
