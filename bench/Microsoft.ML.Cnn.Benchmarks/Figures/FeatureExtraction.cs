using System.Globalization;
using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Benchmarks.Figures;

/// <summary>What a linear classifier on the activations of LeNet-5's layers tells of the test images, beside LeNet-5 itself.</summary>
internal static class FeatureExtraction
{
    public const string Folder = "/usr/share/datasets/fashion-mnist";

    private const int Epochs = 15;
    private const string Embedding = "Embedding";

    /// <param name="folder">Holds the four IDX files of Fashion-MNIST, compressed with gzip.</param>
    /// <param name="seed">Of the network and of SDCA.</param>
    public static int Run(string folder, int seed)
    {
        MLContext ml = new(seed);
        IDataView train = FashionMnist.Load(ml, folder, "train");
        IDataView test = FashionMnist.Load(ml, folder, "t10k");
        TransformerChain<CnnMulticlassPredictionTransformer> network = ml
            .Transforms.Conversion.MapValueToKey("Label")
            .Append(
                ml.MulticlassClassification.Trainers.Cnn(
                    new CnnMulticlassTrainer.Options
                    {
                        Network = Architectures.LeNet5(),
                        Epoch = Epochs,
                        Optimizer = new Sgd(momentum: 0.9f, weightDecay: 2e-3f),
                        Seed = seed,
                    }
                )
            )
            .Fit(train);
        Print($"LeNet-5, {Epochs} epochs, seed {seed}: {Accuracy(ml, network.Transform(test)):0.0000}");
        foreach (string layer in new[] { "relu4", "F6", "relu3", "flatten1" })
        {
            Compare(ml, train, test, network.LastTransformer.Model, layer);
        }

        return 0;
    }

    private static void Compare(MLContext ml, IDataView train, IDataView test, CnnMulticlassModelParameters network, string layer)
    {
        IEstimator<ITransformer> features = ml
            .Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Transforms.ExtractCnnFeatures(Embedding, "Features", network, layer))
            .AppendCacheCheckpoint(ml);
        IDataView scored = null!;
        Usage fitting = Usage.Of(() =>
            scored = features.Append(ml.MulticlassClassification.Trainers.SdcaMaximumEntropy("Label", Embedding)).Fit(train).Transform(test)
        );
        IDataView extracted = ml.Transforms.ExtractCnnFeatures(Embedding, "Features", network, layer).Fit(train).Transform(train);
        Usage extracting = Usage.Of(() => Read(extracted));
        double accuracy = Accuracy(ml, scored);
        Print(
            $"SDCA on {layer}: {accuracy:0.0000}; fit {fitting.Wall:0.0} s, of which features of {train.GetRowCount()} images {extracting.Wall:0.00} s"
        );
    }

    private static void Read(IDataView features)
    {
        using DataViewRowCursor cursor = features.GetRowCursor([features.Schema[Embedding]]);
        ValueGetter<VBuffer<float>> get = cursor.GetGetter<VBuffer<float>>(features.Schema[Embedding]);
        VBuffer<float> value = default;
        while (cursor.MoveNext())
        {
            get(ref value);
        }
    }

    private static double Accuracy(MLContext ml, IDataView scored) => ml.MulticlassClassification.Evaluate(scored).MicroAccuracy;

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
