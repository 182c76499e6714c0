using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tests.Conformance.Reference;
using Batch = Microsoft.ML.Cnn.Tests.Testing.Batch;

namespace Microsoft.ML.Cnn.Tests.Networks;

/// <summary>Deep networks train from the weights they begin with.</summary>
public class DeepTrainingTests
{
    private const int Classes = 4;

    private static readonly Shape Image = new(32, 32, 3);

    [Fact]
    public void A_signal_keeps_its_size_through_the_sixteen_layers_of_vgg()
    {
        Network network = Architectures.Vgg16(firstBlockWidth: 8, denseUnits: 64).WithOutput(Classes, Image);
        using ParameterStore store = ParameterStore.Initialize(network, Image, seed: 1);
        ReferenceNetwork reference = new(
            network,
            Image,
            path => [.. store[path].ToArray().Select(value => (double)value)],
            training: false
        );
        Random random = new(1);
        double[] pixels = [.. Enumerable.Range(0, 3 * (int)Image.Length).Select(_ => Math.Sqrt(12) * (random.NextDouble() - 0.5))];
        reference.Forward(new Batch(3, Image, pixels));

        string[] weighted = [.. network.Place(Image).Where(placed => placed.Layer is Conv2D or Dense).Select(placed => placed.Path)];
        Assert.Equal(16, weighted.Length);
        Assert.All(weighted, path => Assert.InRange(reference.Input(path).Values.Average(value => value * value), 0.02, 50));
    }

    [Fact]
    public void Vgg_16_learns_within_a_few_steps() =>
        AssertLearns(Architectures.Vgg16(firstBlockWidth: 8, denseUnits: 64), learningRate: 0.01f, steps: 40);

    [Fact]
    public void Resnet_18_learns_within_a_few_steps() =>
        AssertLearns(Architectures.ResNet18(firstBlockWidth: 8, smallImages: true), learningRate: 0.02f, steps: 12);

    private static void AssertLearns(Network body, float learningRate, int steps)
    {
        const int Images = 32;
        Random random = new(3);
        int[] labels = [.. Enumerable.Range(0, Images).Select(_ => random.Next(Classes))];
        float[] pixels = new float[Images * Image.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            // Each class is bright in a quarter of its own.
            (int image, int at) = Math.DivRem(i, (int)Image.Length);
            int quarter = (at / 3 / Image.Width / 16 * 2) + (at / 3 % Image.Width / 16);
            pixels[i] = random.NextSingle() - 0.5f + (quarter == labels[image] ? 1 : 0);
        }

        CnnModel model = CnnModel.Create(body.WithOutput(Classes, Image), Image, seed: 2, ModelOutput.Softmax);
        using CnnTrainingSession session = new(model, Images);
        double[] losses = [.. Enumerable.Range(0, steps).Select(_ => session.Step(pixels, labels, learningRate))];
        Assert.True(losses[^3..].Average() < 0.8 * losses[..3].Average(), string.Join(" ", losses));
    }
}
