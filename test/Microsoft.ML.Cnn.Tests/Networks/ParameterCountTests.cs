using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn.Tests.Networks;

/// <summary>Numbers that are published, or follow from what is.</summary>
public class ParameterCountTests
{
    [Theory]
    [InlineData(LeNet5Variant.Modern, 28)]
    [InlineData(LeNet5Variant.Modern, 32)]
    [InlineData(LeNet5Variant.ModernTanh, 28)]
    public void Lenet_5_as_built_today_has_61706_parameters_with_ten_classes(LeNet5Variant variant, int size)
    {
        Shape image = new(size, size, 1);
        Assert.Equal(61_706, Architectures.LeNet5(variant, size).WithOutput(10, image).CountParameters(image));
    }

    [Theory]
    [InlineData(28)]
    [InlineData(32)]
    public void Lenet_5_as_published_has_60000_parameters_up_to_f6_and_60850_with_ten_classes(int size)
    {
        Shape image = new(size, size, 1);
        Network network = Architectures.LeNet5(LeNet5Variant.Published1998, size);
        Assert.Equal(60_000, network.CountParameters(image));
        Assert.Equal(60_850, network.WithOutput(10, image).CountParameters(image));
        Assert.Equal(
            [("C1", 156L), ("S2", 12L), ("C3", 1_516L), ("S4", 32L), ("C5", 48_120L), ("F6", 10_164L)],
            network.Summary(image).Rows.Where(row => row.Parameters > 0).Select(row => (row.Path, row.Parameters))
        );
    }

    [Fact]
    public void A_convolution_needs_far_fewer_parameters_than_a_dense_layer_of_the_same_output()
    {
        Shape image = new(28, 28, 1);
        Assert.Equal(6 * 25 + 6, Network.Sequential(new Conv2D(6, 5)).CountParameters(image));
        Assert.Equal(784L * 3456 + 3456, Network.Sequential(new Flatten(), new Dense(24 * 24 * 6)).CountParameters(image));
    }

    [Fact]
    public void Running_statistics_are_no_parameters()
    {
        Network network = Network.Sequential(new BatchNormalization());
        Assert.Equal(14, network.CountParameters(new Shape(3, 3, 7)));
        Assert.Equal(4, ParameterTable.Of(network, new Shape(3, 3, 7)).Segments.Length);
    }
}
