using Microsoft.ML.Cnn.Trainers;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Tests.Trainers;

public class InputShapeRuleTests
{
    [Theory]
    [InlineData(new[] { 28, 20, 1 }, 28, 20, 1, PixelOrder.Interleaved)]
    [InlineData(new[] { 28, 20, 3 }, 28, 20, 3, PixelOrder.Interleaved)]
    [InlineData(new[] { 28, 20, 4 }, 28, 20, 4, PixelOrder.Interleaved)]
    [InlineData(new[] { 1, 28, 20 }, 28, 20, 1, PixelOrder.Planar)]
    [InlineData(new[] { 3, 28, 20 }, 28, 20, 3, PixelOrder.Planar)]
    [InlineData(new[] { 4, 28, 20 }, 28, 20, 4, PixelOrder.Planar)]
    [InlineData(new[] { 28, 20 }, 28, 20, 1, PixelOrder.Interleaved)]
    public void Dimensions_tell_the_shape(int[] dimensions, int height, int width, int channels, PixelOrder order) =>
        Assert.Equal(new ImageLayout(new Shape(height, width, channels), order), Infer(dimensions));

    [Theory]
    [InlineData(new[] { 3, 28, 3 })]
    [InlineData(new[] { 1, 28, 4 })]
    [InlineData(new[] { 28, 28, 28 })]
    [InlineData(new[] { 2, 28, 5 })]
    public void Where_both_ends_or_neither_could_be_channels_the_order_is_asked_for(int[] dimensions)
    {
        ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(() => Infer(dimensions));
        Assert.Contains("PixelOrder", exception.Message, StringComparison.Ordinal);
        Assert.Contains("'Pixels'", exception.Message, StringComparison.Ordinal);
        Assert.Contains(string.Join(", ", dimensions), exception.Message, StringComparison.Ordinal);
        Assert.Equal(new Shape(dimensions[0], dimensions[1], dimensions[2]), Infer(dimensions, order: PixelOrder.Interleaved).Shape);
        Assert.Equal(new Shape(dimensions[1], dimensions[2], dimensions[0]), Infer(dimensions, order: PixelOrder.Planar).Shape);
    }

    [Theory]
    [InlineData(new[] { 784 })]
    [InlineData(new[] { 2, 2, 14, 14 })]
    public void Where_dimensions_do_not_tell_a_shape_is_asked_for(int[] dimensions)
    {
        Assert.Contains(
            "InputShape",
            Assert.Throws<ArgumentOutOfRangeException>(() => Infer(dimensions)).Message,
            StringComparison.Ordinal
        );
        ImageLayout given = Infer(dimensions, new Shape(28, 28, 1));
        Assert.Equal(new ImageLayout(new Shape(28, 28, 1), PixelOrder.Interleaved), given);
    }

    [Fact]
    public void A_shape_that_is_given_wins_and_its_dimensions_still_tell_the_order()
    {
        Assert.Equal(PixelOrder.Planar, Infer([5, 28, 20], new Shape(28, 20, 5)).Order);
        Assert.Equal(PixelOrder.Interleaved, Infer([28, 20, 5], new Shape(28, 20, 5)).Order);
        Assert.Equal(PixelOrder.Planar, Infer([75], new Shape(5, 5, 3), PixelOrder.Planar).Order);
    }

    [Fact]
    public void A_shape_of_another_size_is_refused_with_both_sizes()
    {
        string message = Assert.Throws<ArgumentOutOfRangeException>(() => Infer([784], new Shape(28, 28, 3))).Message;
        Assert.Contains("2352", message, StringComparison.Ordinal);
        Assert.Contains("784", message, StringComparison.Ordinal);
    }

    private static ImageLayout Infer(int[] dimensions, Shape? shape = null, PixelOrder? order = null) =>
        InputShapeRule.Infer("Pixels", new VectorDataViewType(NumberDataViewType.Single, dimensions), shape, order);
}
