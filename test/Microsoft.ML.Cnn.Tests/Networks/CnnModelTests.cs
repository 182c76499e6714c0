using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn.Tests.Networks;

public class CnnModelTests
{
    private static readonly Shape Image = new(4, 5, 2);

    private static CnnModel Model =>
        CnnModel.Create(Network.Sequential(new Conv2D(3, 3), new ReLU(), new Flatten(), new Dense(4)), Image, seed: 2);

    [Fact]
    public void Scores_are_as_many_as_the_last_layer_gives()
    {
        Assert.Equal(4, Model.OutputLength);
        Assert.Equal(4, Model.Predict(new float[40]).Length);
    }

    [Theory]
    [InlineData(39)]
    [InlineData(41)]
    [InlineData(0)]
    public void Pixels_that_are_not_an_image_are_refused(int pixels)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => Model.Predict(new float[pixels]));
        Assert.Contains($"4 x 5 x 2, 40 values; received {pixels}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Room_for_another_number_of_scores_is_refused() =>
        Assert.Throws<ArgumentException>(() => Model.Predict(new float[40], new float[5]));

    [Fact]
    public void A_network_that_does_not_fit_gives_no_model() =>
        Assert.Throws<ShapeException>(() => CnnModel.Create(Network.Sequential(new Conv2D(1, 7)), Image));

    [Fact]
    public void An_output_that_is_none_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CnnModel.Create(Network.Sequential(new ReLU()), Image, output: (ModelOutput)7));

    [Fact]
    public void A_buffer_that_is_not_there_is_refused_with_those_that_are()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => Model.GetParameter("conv2/weight"));
        Assert.Contains("There are: conv1/weight, conv1/bias, dense1/weight, dense1/bias", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_networks_scores_may_be_an_image()
    {
        CnnModel model = CnnModel.Create(Network.Sequential(new MaxPool2D((2, 1))), Image);
        float[] pixels = [.. Enumerable.Range(0, 40).Select(i => (float)i)];
        Assert.Equal([.. pixels[10..20], .. pixels[30..40]], model.Predict(pixels));
    }

    [Fact]
    public void Probabilities_add_up_to_one()
    {
        CnnModel model = CnnModel.Create(Model.Network, Image, seed: 2, ModelOutput.Softmax);
        float[] pixels = [.. Enumerable.Range(0, 40).Select(i => i / 40f)];
        float[] scores = Model.Predict(pixels);
        float[] probabilities = model.Predict(pixels);
        Assert.Equal(1, probabilities.Sum(), 1e-6);
        Assert.Equal(Math.Exp(scores[1] - scores[0]), probabilities[1] / probabilities[0], 1e-4);
    }

    [Fact]
    public void A_network_of_nothing_but_dropout_predicts_its_input()
    {
        CnnModel model = CnnModel.Create(Network.Sequential(new Dropout(0.5f)), Shape.Flat(3));
        Assert.Equal([1, 2, 3], model.Predict([1, 2, 3]));
    }

    [Fact]
    public void Threads_predict_at_once_with_the_same_bits()
    {
        CnnModel model = Model;
        float[] pixels = [.. Enumerable.Range(0, 40).Select(i => i / 40f)];
        float[] expected = model.Predict(pixels);
        Parallel.For(0, 200, _ => Assert.Equal(expected, model.Predict(pixels)));
    }
}
