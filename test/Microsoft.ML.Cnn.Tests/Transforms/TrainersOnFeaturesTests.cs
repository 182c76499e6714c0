using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.LightGbm;

namespace Microsoft.ML.Cnn.Tests.Transforms;

/// <summary>Trainers of ML.NET on the features that LeNet-5 has learned on the shipped images of Fashion-MNIST.</summary>
public sealed class TrainersOnFeaturesTests
{
    /// <summary>
    /// How far below the network a trainer on its last activations may stay: three deviations of the difference of two accuracies near 0.87, each
    /// measured on the same 1,000 images.
    /// </summary>
    private const double MostLost = 0.03;

    private static readonly Lazy<Learned> Network = new(Learned.Of);

    [Fact]
    public void Sdca_on_the_last_activations_is_as_good_as_the_network() =>
        IsAsGood(
            Network.Value,
            ml => ml.MulticlassClassification.Trainers.SdcaMaximumEntropy("Label", "Embedding", maximumNumberOfIterations: 20)
        );

    [Fact]
    public void LightGbm_on_the_last_activations_is_as_good_as_the_network() =>
        IsAsGood(
            Network.Value,
            ml =>
                ml.MulticlassClassification.Trainers.LightGbm(
                    // Threads of its own, on cores that other tests use too, would wait for each other.
                    new LightGbmMulticlassTrainer.Options
                    {
                        FeatureColumnName = "Embedding",
                        NumberOfIterations = 30,
                        NumberOfThreads = 1,
                    }
                )
        );

    private static void IsAsGood(Learned learned, Func<MLContext, IEstimator<ITransformer>> trainer)
    {
        MLContext ml = new(seed: 1);
        ITransformer model = ml
            .Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Transforms.ExtractCnnFeatures("Embedding", "Features", learned.Model, layer: "relu4"))
            .AppendCacheCheckpoint(ml)
            .Append(trainer(ml))
            .Fit(FashionMnist.Load(ml, Repository.FashionMnistSubset, "train"));
        double accuracy = ml
            .MulticlassClassification.Evaluate(model.Transform(FashionMnist.Load(ml, Repository.FashionMnistSubset, "t10k")))
            .MicroAccuracy;
        Assert.InRange(accuracy, learned.Accuracy - MostLost, 1);
    }

    /// <summary>A trained network, and the share of the test images that it tells.</summary>
    private sealed record Learned(CnnModel Model, double Accuracy)
    {
        public static Learned Of()
        {
            MLContext ml = new(seed: 1);
            TransformerChain<CnnMulticlassPredictionTransformer> model = ml
                .Transforms.Conversion.MapValueToKey("Label")
                .Append(
                    ml.MulticlassClassification.Trainers.Cnn(
                        new CnnMulticlassTrainer.Options
                        {
                            Network = Architectures.LeNet5(),
                            Epoch = 6,
                            Seed = 1,
                        }
                    )
                )
                .Fit(FashionMnist.Load(ml, Repository.FashionMnistSubset, "train"));
            double accuracy = ml
                .MulticlassClassification.Evaluate(model.Transform(FashionMnist.Load(ml, Repository.FashionMnistSubset, "t10k")))
                .MicroAccuracy;
            Assert.InRange(accuracy, 0.8, 0.95);
            return new Learned(model.LastTransformer.Model.Model, accuracy);
        }
    }
}
