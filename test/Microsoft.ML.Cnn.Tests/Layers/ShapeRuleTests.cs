using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn.Tests.Layers;

/// <summary>The examples that the shape rule is taught with, and its errors.</summary>
public class ShapeRuleTests
{
    [Fact]
    public void Five_pixels_and_a_kernel_of_three_give_three() =>
        Assert.Equal(new Shape(3, 3, 1), new Conv2D(1, 3).OutputShape(new Shape(5, 5, 1)));

    [Fact]
    public void Five_pixels_a_kernel_of_four_and_a_padding_of_two_give_six() =>
        Assert.Equal(new Shape(6, 6, 1), new Conv2D(1, 4, padding: 2).OutputShape(new Shape(5, 5, 1)));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(11)]
    public void Same_for_an_odd_kernel_is_a_padding_of_half_of_what_is_left(int kernel)
    {
        Shape image = new(17, 13, 2);
        Assert.Equal(image with { Channels = 4 }, new Conv2D(4, kernel, padding: Padding.Same).OutputShape(image));
        Assert.Equal(image with { Channels = 4 }, new Conv2D(4, kernel, padding: (kernel - 1) / 2).OutputShape(image));
    }

    [Fact]
    public void Max_pooling_two_by_two_halves_height_and_width() =>
        Assert.Equal(new Shape(14, 12, 6), new MaxPool2D(2).OutputShape(new Shape(28, 24, 6)));

    [Fact]
    public void Swapping_two_values_within_a_pooling_window_changes_nothing()
    {
        CnnModel model = CnnModel.Create(Network.Sequential(new MaxPool2D(2)), new Shape(2, 4, 1));
        Assert.Equal(model.Predict([1, 7, 2, 3, 4, 5, 9, 8]), model.Predict([7, 1, 9, 3, 4, 5, 2, 8]));
    }

    [Fact]
    public void A_convolution_adds_up_its_input_channels_and_the_bias()
    {
        Conv2D layer = new(1, 1, weightInitializer: Initializer.One, biasInitializer: Initializer.Constant(0.5f));
        CnnModel model = CnnModel.Create(Network.Sequential(layer), new Shape(1, 2, 3));
        Assert.Equal([6.5f, 60.5f], model.Predict([1, 2, 3, 10, 20, 30]));
    }

    [Fact]
    public void An_uneven_division_states_the_layer_the_shape_the_formula_and_what_would_work()
    {
        Network network = Network.Sequential(new Conv2D(4, 3), new MaxPool2D(2));
        ShapeException exception = Assert.Throws<ShapeException>(() => network.OutputShape(new Shape(7, 8, 1)));
        Assert.Equal("pool1", exception.LayerPath);
        Assert.Equal(new Shape(5, 6, 4), exception.InputShape);
        Assert.Equal(
            "Layer 'pool1' does not fit its input of 5 x 6 x 4: the stride does not divide evenly: "
                + "output height = (5 + 0 + 0 - 2) / 2 + 1 = 2.5. What would work: an input height of 4 or 6, "
                + "a padding of 0 and 1 pixels (before and after), a stride of 1 or 3, "
                + "or Rounding.Floor (drops the last pixels, as PyTorch does) or Rounding.Ceiling (as Caffe does).",
            exception.Message
        );
    }

    [Fact]
    public void A_kernel_larger_than_the_image_is_refused_with_what_would_work()
    {
        ShapeException exception = Assert.Throws<ShapeException>(() => new Conv2D(1, (2, 5)).OutputShape(new Shape(4, 3, 1)));
        Assert.Contains("output width = (3 + 0 + 0 - 5) / 1 + 1", exception.Message, StringComparison.Ordinal);
        Assert.Contains("an input width of at least 5", exception.Message, StringComparison.Ordinal);
        Assert.Contains("a kernel of at most 3", exception.Message, StringComparison.Ordinal);
        Assert.Contains("a padding of at least 1", exception.Message, StringComparison.Ordinal);
        _ = new Conv2D(1, (2, 5)).OutputShape(new Shape(4, 5, 1));
        _ = new Conv2D(1, (2, 3)).OutputShape(new Shape(4, 3, 1));
        _ = new Conv2D(1, (2, 5), padding: new(0, 1)).OutputShape(new Shape(4, 3, 1));
    }

    [Fact]
    public void Layers_without_padding_and_rounding_are_not_told_to_use_them()
    {
        ShapeException exception = Assert.Throws<ShapeException>(() => new Subsampling2D(2).OutputShape(new Shape(5, 4, 1)));
        Assert.DoesNotContain("Rounding", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("padding of", exception.Message, StringComparison.Ordinal);
        exception = Assert.Throws<ShapeException>(() => new MappedConv2D(ConnectionTable.LeNet5, 5).OutputShape(new Shape(4, 9, 6)));
        Assert.DoesNotContain("padding of", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Padding.Same", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Groups_that_do_not_divide_the_channels_are_refused()
    {
        ShapeException exception = Assert.Throws<ShapeException>(() => new Conv2D(6, 3, groups: 3).OutputShape(new Shape(5, 5, 4)));
        Assert.Contains("3 groups do not divide 4 channels", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dense_layer_on_an_image_asks_for_a_flatten()
    {
        ShapeException exception = Assert.Throws<ShapeException>(() => new Dense(3).OutputShape(new Shape(2, 2, 1)));
        Assert.Contains("new Flatten()", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reflected_border_as_wide_as_the_image_is_refused() =>
        Assert.Throws<ShapeException>(() => new Conv2D(1, 3, padding: 3, border: Border.Reflect).OutputShape(new Shape(3, 9, 1)));

    [Fact]
    public void A_connection_table_that_names_more_maps_than_there_are_is_refused() =>
        Assert.Throws<ShapeException>(() => new MappedConv2D(ConnectionTable.LeNet5, 3).OutputShape(new Shape(9, 9, 5)));

    [Theory]
    [InlineData(0, 5, 1)]
    [InlineData(5, -1, 1)]
    [InlineData(5, 5, 0)]
    public void An_image_without_pixels_or_channels_is_refused(int height, int width, int channels) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Network.Sequential(new ReLU()).OutputShape(new Shape(height, width, channels)));
}
