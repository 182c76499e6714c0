using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn.Tests.Training;

/// <summary>A problem that a small network learns: which quadrant of a noisy image of 8 x 8 is the bright one.</summary>
internal static class Quadrants
{
    public const int Classes = 4;
    private const int Side = 8;

    public static Shape Shape { get; } = new(Side, Side, 1);

    public static Network Network { get; } =
        Network
            .Sequential(
                new Conv2D(4, kernel: 3, padding: Padding.Same),
                new BatchNormalization(),
                new ReLU(),
                new MaxPool2D(2),
                new Dropout(0.1f)
            )
            .WithOutput(Classes, Shape);

    /// <summary>Examples in random order.</summary>
    public static Example[] Draw(int count, int seed, double noise = 1)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Draw(random, noise))];
    }

    public static ModelDescription Describe(Network network) =>
        new(network, Shape, PixelOrder.Interleaved, PixelNormalization.None(1), ModelOutput.Softmax, []);

    private static Example Draw(Random random, double noise)
    {
        int label = random.Next(Classes);
        float[] pixels = new float[Side * Side];
        for (int i = 0; i < pixels.Length; i++)
        {
            int quadrant = (i / Side < Side / 2 ? 0 : 2) + (i % Side < Side / 2 ? 0 : 1);
            pixels[i] = (float)((quadrant == label ? 0.5 : 0) + noise * (random.NextDouble() + random.NextDouble() - 1));
        }

        return new Example(pixels, label);
    }
}
