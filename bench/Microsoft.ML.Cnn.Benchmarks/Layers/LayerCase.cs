using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn.Benchmarks.Layers;

/// <summary>A layer in a network that it takes to let a plan decide as it does for the networks that it is from.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Batch">Images.</param>
/// <param name="Input">Of the network.</param>
/// <param name="Network">Its layers. A convolution in front has the layer learn and return a gradient of its input.</param>
/// <param name="Index">Which of them is measured; a ReLU behind it is part of it.</param>
internal sealed record LayerCase(string Name, int Batch, Shape Input, Network Network, int Index)
{
    /// <summary>Convolutions and dense layers.</summary>
    public static IReadOnlyList<LayerCase> Products { get; } =
    [
        First("LeNet-5's first, 28 x 28, 1 to 6, 5 x 5", 64, new(28, 28, 1), new Conv2D(6, 5, padding: 2), new ReLU(), new MaxPool2D(2)),
        Behind("LeNet-5's second, 14 x 14, 6 to 16, 5 x 5", 64, 14, 6, new Conv2D(16, 5), new ReLU(), new MaxPool2D(2)),
        First("11 x 11 / 4, 227 x 227, 3 to 96", 4, new(227, 227, 3), new Conv2D(96, 11, stride: 4), new ReLU()),
        Behind("5 x 5, 27 x 27, 96 to 256", 4, 27, 96, new Conv2D(256, 5, padding: 2), new ReLU()),
        First("3 x 3, 224 x 224, 3 to 64", 1, new(224, 224, 3), new Conv2D(64, 3, padding: 1), new ReLU()),
        Behind("3 x 3, 32 x 32, 32 to 32", 64, 32, 32, new Conv2D(32, 3, padding: 1), new ReLU()),
        Behind("3 x 3, 56 x 56, 256 to 256", 4, 56, 256, new Conv2D(256, 3, padding: 1), new ReLU()),
        Behind("3 x 3, 14 x 14, 512 to 512", 4, 14, 512, new Conv2D(512, 3, padding: 1), new ReLU()),
        Behind("3 x 3 / 2, 56 x 56, 64 to 128", 8, 56, 64, new Conv2D(128, 3, stride: 2, padding: new Padding(1, 1, 0, 0)), new ReLU()),
        Behind("1 x 1, 28 x 28, 256 to 64", 8, 28, 256, new Conv2D(64, 1), new ReLU()),
        Dense("dense, 400 to 120", 64, side: 5, channels: 16, units: 120),
        Dense("dense, 9216 to 4096", 16, side: 6, channels: 256, units: 4096),
        Dense("dense, 9216 to 4096", 64, side: 6, channels: 256, units: 4096),
    ];

    /// <summary>All others.</summary>
    public static IReadOnlyList<LayerCase> Others { get; } =
    [
        Behind("max pooling 2 x 2, 32 x 32 x 32", 64, 32, 32, new MaxPool2D(2)),
        Behind("max pooling 3 x 3 / 2, 55 x 55 x 96", 16, 55, 96, new MaxPool2D(3, stride: 2)),
        Behind("average pooling 2 x 2, 32 x 32 x 32", 64, 32, 32, new AveragePool2D(2)),
        Behind("batch normalization and ReLU, 32 x 32 x 32", 64, 32, 32, new BatchNormalization(), new ReLU()),
        Behind("response normalization, 55 x 55 x 96", 16, 55, 96, new LocalResponseNormalization()),
        Behind("dropout, 32 x 32 x 32", 64, 32, 32, new Dropout(0.5f)),
        Behind("leaky ReLU, 32 x 32 x 32", 64, 32, 32, new LeakyReLU(0.1f)),
        Behind("tanh, 32 x 32 x 32", 64, 32, 32, new Tanh()),
        Behind("tanh, 28 x 28 x 6, images in lanes", 64, 28, 6, new Tanh()),
        Behind("max pooling 2 x 2, 28 x 28 x 6, images in lanes", 64, 28, 6, new MaxPool2D(2)),
    ];

    /// <summary>Multiply-adds as two, of a batch.</summary>
    public double Flop => 2.0 * Batch * Placed.Layer.MultiplyAdds(Placed.Input);

    /// <summary>Of a batch back: the gradient of the filters or weights, and that of the input where it is wanted.</summary>
    public double BackwardFlop => Index == 0 ? Flop : 2 * Flop;

    /// <summary>Of the layer.</summary>
    public string Path => Placed.Path;

    private PlacedLayer Placed => Network.Place(Input).ElementAt(Index);

    public override string ToString() => $"{Name}, batch {Batch}";

    private static LayerCase First(string name, int batch, Shape input, params Layer[] layers) =>
        new(name, batch, input, Network.Sequential(layers), Index: 0);

    private static LayerCase Behind(string name, int batch, int side, int channels, params Layer[] layers) =>
        new(name, batch, new Shape(side, side, 1), Network.Sequential([new Conv2D(channels, 1), .. layers]), Index: 1);

    private static LayerCase Dense(string name, int batch, int side, int channels, int units) =>
        new(
            name,
            batch,
            new Shape(side, side, 1),
            Network.Sequential(new Conv2D(channels, 1), new Flatten(), new Dense(units), new ReLU()),
            Index: 2
        );
}
