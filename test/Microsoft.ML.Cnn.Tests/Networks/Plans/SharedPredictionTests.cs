using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;
using PlanBatch = Microsoft.ML.Cnn.Networks.Plans.Batch;

namespace Microsoft.ML.Cnn.Tests.Networks.Plans;

public class SharedPredictionTests
{
    private static readonly Shape image = new(39, 37, 16);

    [Theory]
    [InlineData(ConvolutionAlgorithm.Automatic)]
    [InlineData(ConvolutionAlgorithm.Direct)]
    public void One_image_has_the_same_scores_however_many_threads_share_it(ConvolutionAlgorithm convolutions)
    {
        Network network = Network.Sequential(
            new Conv2D(32, 3, padding: 1),
            new ReLU(),
            new Conv2D(24, 5, stride: 2, padding: 2),
            new GlobalAveragePool2D(),
            new Dense(4)
        );
        CnnModel model = CnnModel.Create(network, image, seed: 3, convolutions: convolutions);
        float[] expected = Predict(model, threads: 1);
        foreach (int threads in new[] { 2, 3, 5 })
        {
            Assert.All(Convolutions(model, threads), operation => Assert.True(operation.IsSpread));
            Assert.Equal(expected, Predict(model, threads));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Workers_that_are_passes_apart_do_not_overwrite_each_others_values(int threads)
    {
        // What the convolutions make has a halo, and lies where a value lay that the slices before are done with.
        Network network = Network.Sequential(
            new Conv2D(256, 5, padding: 2),
            new LocalResponseNormalization(),
            new MaxPool2D(3, stride: 2),
            new Conv2D(384, 3, padding: 1),
            new Conv2D(384, 3, padding: 1),
            new MaxPool2D(3, stride: 2),
            new GlobalAveragePool2D(),
            new Dense(4)
        );
        Shape shape = new(27, 27, 32);
        CnnModel model = CnnModel.Create(network, shape, seed: 3);
        float[] expected = Predict(model, threads: 1, images: 16);
        for (int again = 0; again < 3; again++)
        {
            Assert.Equal(expected, Predict(model, threads, images: 16));
        }
    }

    [Fact]
    public void An_image_that_is_soon_done_is_not_shared() =>
        Assert.All(
            Convolutions(CnnModel.Create(Architectures.LeNet5(), new Shape(28, 28, 1)), threads: 4),
            operation => Assert.False(operation.IsSpread)
        );

    private static IEnumerable<PlannedOperation> Convolutions(CnnModel model, int threads) =>
        PlanDecisions
            .Make(model.Network.Lower(model.InputShape), training: false, model.Convolutions, PlanOptions.For(1, threads), lanes: 16)
            .Operations.Where(operation => operation.Primitive is Cnn.Layers.Operations.ConvolutionPrimitive);

    private static float[] Predict(CnnModel model, int threads, int images = 1)
    {
        using InferencePlan plan = new(model.Description, model.Store, PlanOptions.For(images, threads));
        using PlanBatch batch = new(images, (int)model.InputShape.Length) { Count = images };
        Random random = new(4);
        for (int row = 0; row < images; row++)
        {
            foreach (ref float pixel in batch.Row(row))
            {
                pixel = random.NextSingle() - 0.5f;
            }
        }

        float[] scores = new float[images * model.OutputLength];
        plan.Predict(batch, scores);
        return scores;
    }
}
