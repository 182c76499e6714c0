using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn.Benchmarks.Networks;

/// <summary>Three blocks of two 3 × 3 convolutions with 32, 64 and 128 filters, and a dense layer: no normalization, no dropout.</summary>
internal static class SmallVgg
{
    /// <summary>Without the output layer, for images of a side that need not be a multiple of 8.</summary>
    public static Network Create() =>
        Network.Sequential([.. Block(32), .. Block(64), .. Block(128), new Flatten(), new Dense(256), new ReLU()]);

    private static IEnumerable<Layer> Block(int channels) =>
        [
            new Conv2D(channels, kernel: 3, padding: Padding.Same),
            new ReLU(),
            new Conv2D(channels, kernel: 3, padding: Padding.Same),
            new ReLU(),
            new MaxPool2D(2, rounding: Rounding.Floor),
        ];
}
