using Microsoft.ML.Cnn.Layers;
using SkiaSharp;

namespace Microsoft.ML.Cnn.Tests.Samples;

public sealed class FeaturesCommandTests : IDisposable
{
    private readonly PictureFolder _folder = new();

    public FeaturesCommandTests() => Save(channels: 3);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Maps_stand_side_by_side_each_from_black_to_white()
    {
        string image = _folder.WriteStep(SKColors.Black, SKColors.White, step: 7);

        SampleResult run = Features(image, "relu1");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("relu1 gives 9 x 12 x 2, values from 0 to 255", run.Output, StringComparison.Ordinal);
        SKColor[] pixels = _folder.Read("maps.png", out int width);

        // The first map shows the step as it is, the second nothing.
        SKColor[] first = [.. pixels.Where((_, pixel) => pixel % width < width / 2)];
        SKColor[] second = [.. pixels.Where((_, pixel) => pixel % width >= width / 2)];
        Assert.Contains(SKColors.White, first);
        Assert.Contains(SKColors.Black, first);
        Assert.DoesNotContain(SKColors.White, second);
        Assert.InRange(width, 900, 1024);
    }

    [Fact]
    public void The_outputs_of_a_dense_layer_are_measured_by_all_of_them()
    {
        Features(_folder.WriteStep(SKColors.Black, SKColors.White, step: 7), "dense1");
        SKColor[] pixels = _folder.Read("maps.png", out _);
        Assert.Contains(SKColors.White, pixels);
        Assert.Contains(SKColors.Black, pixels);
        Assert.Contains(pixels, pixel => pixel.Red is > 0 and < 255 and not 96);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Pictures_of_another_size_are_fitted_to_the_model(int channels)
    {
        Save(channels);
        SampleResult run = Features(_folder.WriteStep(SKColors.Black, SKColors.White, step: 31, width: 60, height: 70), "conv1");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("9 x 12 x 2", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_shown_is_refused_and_nothing_is_written()
    {
        string image = _folder.WriteStep(SKColors.Black, SKColors.White, step: 4);

        Features(image, "conv7").AssertRefused("It has: conv1, relu1, flatten1, dense1");
        Features(_folder.PathOf("none.png"), "conv1").AssertRefused("there is no file");
        File.WriteAllText(_folder.PathOf("model.zip"), "no zip");
        Features(image, "conv1").AssertRefused("cannot be loaded as a model");
        File.Delete(_folder.PathOf("model.zip"));
        Features(image, "conv1").AssertRefused("There is no model file");
        Save(channels: 2);
        Features(image, "conv1").AssertRefused("images of 2 channels");

        Assert.Equal(["model.zip", "step.png"], _folder.Files);
    }

    private SampleResult Features(string image, string layer) =>
        SampleResult.Of([
            "features",
            "--model",
            _folder.PathOf("model.zip"),
            "--image",
            image,
            "--layer",
            layer,
            "--out",
            _folder.PathOf("maps.png"),
        ]);

    /// <summary>Two maps, the mean of the channels and less than it, and three outputs.</summary>
    private void Save(int channels)
    {
        Network network = Network.Sequential(
            new Conv2D(2, kernel: 1, weightInitializer: Initializer.Zero),
            new ReLU(),
            new Flatten(),
            new Dense(3)
        );
        CnnModel model = CnnModel.Create(network, new Shape(9, 12, channels), seed: 1);
        Span<float> weights = model.Store["conv1/weight"];
        for (int channel = 0; channel < channels; channel++)
        {
            weights[2 * channel] = 1f / channels;
            weights[2 * channel + 1] = -1f / channels;
        }

        model.Save(_folder.PathOf("model.zip"));
    }
}
