using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Tests.Trainers;

/// <summary>Real images through the whole of a pipeline.</summary>
public class FashionMnistTests
{
    [Fact]
    public void LeNet_5_learns_all_of_Fashion_MNIST()
    {
        Repository.NeedsFullFashionMnist();
        MLContext context = new(seed: 1);
        ITransformer model = context
            .Transforms.Conversion.MapValueToKey("Label")
            .Append(
                context.MulticlassClassification.Trainers.Cnn(
                    new CnnMulticlassTrainer.Options { Network = Architectures.LeNet5(), Epoch = 3 }
                )
            )
            .Fit(FashionMnist.Load(context, Repository.FullFashionMnist, "train"));
        MulticlassClassificationMetrics metrics = context.MulticlassClassification.Evaluate(
            model.Transform(FashionMnist.Load(context, Repository.FullFashionMnist, "t10k"))
        );

        // Fifteen epochs give 0.91; people 0.835.
        Assert.InRange(metrics.MicroAccuracy, 0.87, 0.93);
    }
}
