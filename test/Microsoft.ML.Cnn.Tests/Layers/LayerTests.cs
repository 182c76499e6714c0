using System.Text.Json;
using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn.Tests.Layers;

/// <summary>Layers as values: what they refuse, when they are equal, how they are written.</summary>
public class LayerTests
{
    private static readonly Action[] Refused =
    [
        () => _ = new Conv2D(1, 3, border: Border.Constant, borderValue: float.NaN),
        () => _ = new Conv2D(1, 3, border: Border.Constant, borderValue: float.PositiveInfinity),
        () => _ = Initializer.Constant(float.NaN),
        () => _ = Initializer.Constant(float.NegativeInfinity),
        () => _ = new Conv2D(0, 3),
        () => _ = new Conv2D(1, 0),
        () => _ = new Conv2D(1, (3, -1)),
        () => _ = new Conv2D(1, 3, stride: 0),
        () => _ = new Conv2D(1, 3, dilation: (1, 0)),
        () => _ = new Conv2D(1, 3, groups: 0),
        () => _ = new Conv2D(5, 3, groups: 2),
        () => _ = new Conv2D(1, 3, border: (Border)9),
        () => _ = new Conv2D(1, 3, rounding: (Rounding)9),
        () => _ = new Padding(0, -1),
        () => _ = new MaxPool2D(2, padding: 2),
        () => _ = new MaxPool2D(2, stride: -1),
        () => _ = new AveragePool2D((3, 2), padding: new(0, 0, 0, 2)),
        () => _ = new AdaptiveAveragePool2D((0, 1)),
        () => _ = new Subsampling2D(0),
        () => _ = new Dense(0),
        () => _ = new Dropout(1),
        () => _ = new Dropout(-0.1f),
        () => _ = new Dropout(float.NaN),
        () => _ = new LocalResponseNormalization(0),
        () => _ = new LocalResponseNormalization(alpha: -1),
        () => _ = new LocalResponseNormalization(k: 0),
        () => _ = new BatchNormalization(momentum: 1.1f),
        () => _ = new BatchNormalization(epsilon: 0),
        () => _ = new BatchNormalization(epsilon: float.NaN),
        () => _ = new Block(),
        () => _ = new Block((LayerSequence)null!),
        () => _ = new MappedConv2D(null!, 3),
        () => _ = new ConnectionTable([]),
        () =>
            _ = new ConnectionTable([
                [0],
                [],
            ]),
        () =>
            _ = new ConnectionTable([
                [0, 0],
            ]),
        () =>
            _ = new ConnectionTable([
                [1, 0],
            ]),
        () =>
            _ = new ConnectionTable([
                [-1],
            ]),
        () => _ = Initializer.Normal(0),
        () => _ = Initializer.Normal(float.PositiveInfinity),
        () => _ = new VarianceScalingInitializer(-1, VarianceFan.In, uniform: false),
    ];

    [Fact]
    public void What_a_layer_cannot_be_is_refused_as_it_is_made() => Assert.All(Refused, make => Assert.ThrowsAny<ArgumentException>(make));

    [Fact]
    public void Layers_are_equal_when_all_that_describes_them_is()
    {
        Assert.Equal(new Conv2D(4, 3, stride: 1), new Conv2D(4, (3, 3)));
        Assert.NotEqual(new Conv2D(4, 3), new Conv2D(4, 3, bias: false));
        Assert.NotEqual(new Conv2D(4, 3), new Conv2D(4, 3) { Name = "a" });
        Assert.NotEqual<Layer>(new Tanh(), new ScaledTanh());
        Assert.Equal(new Block(new ReLU(), new Dense(3)), new Block(new ReLU(), new Dense(3)));
        Assert.NotEqual(new Block(new ReLU()), new Block(new Tanh()));
        Assert.Equal(Network.Sequential(new Flatten(), new Dense(2)), Network.Sequential(new Flatten(), new Dense(2)));
        Assert.Equal(
            new ConnectionTable([
                [0, 2],
                [1],
            ]),
            new ConnectionTable([
                [0, 2],
                [1],
            ])
        );
        Assert.NotEqual(
            new ConnectionTable([
                [0, 2],
                [1],
            ]),
            new ConnectionTable([
                [0, 1],
                [2],
            ])
        );
    }

    [Fact]
    public void The_table_of_lenet_5_has_60_connections_as_published()
    {
        Assert.Equal(60, ConnectionTable.LeNet5.Connections);
        Assert.Equal(
            [.. Enumerable.Repeat(3, 6), .. Enumerable.Repeat(4, 9), 6],
            ConnectionTable.LeNet5.Inputs.Select(seen => seen.Length)
        );
        Assert.All(Enumerable.Range(0, 6), map => Assert.Equal(10, ConnectionTable.LeNet5.Inputs.Count(seen => seen.Contains(map))));
    }

    [Fact]
    public void Sizes_and_paddings_are_short_in_json()
    {
        Assert.Equal("[3,5]", JsonSerializer.Serialize(new Size2D(3, 5)));
        Assert.Equal("\"same\"", JsonSerializer.Serialize(Padding.Same));
        Assert.Equal("[1,2,3,4]", JsonSerializer.Serialize(new Padding(1, 2, 3, 4)));
        Assert.Equal(Padding.Same, JsonSerializer.Deserialize<Padding>("\"same\""));
        Assert.Equal(new Padding(1, 2, 3, 4), JsonSerializer.Deserialize<Padding>("[1,2,3,4]"));
    }

    [Theory]
    [InlineData("\"valid\"")]
    [InlineData("[1,2]")]
    [InlineData("[1,2,3,-4]")]
    [InlineData("null")]
    public void A_padding_that_is_none_is_refused_in_json(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Padding>(json));

    [Theory]
    [InlineData("[1]")]
    [InlineData("[1,2,3]")]
    [InlineData("null")]
    [InlineData("7")]
    public void A_size_that_is_none_is_refused_in_json(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Size2D>(json));

    [Fact]
    public void A_name_and_an_initializer_come_back_from_json()
    {
        Layer layer = new Dense(3, weightInitializer: Initializer.Normal(0.01f), biasInitializer: Initializer.One) { Name = "F6" };
        Assert.Equal(layer, JsonSerializer.Deserialize<Layer>(JsonSerializer.Serialize(layer)));
    }
}
