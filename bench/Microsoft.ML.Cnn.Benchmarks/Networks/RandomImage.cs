using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Benchmarks.Networks;

/// <summary>A row of a data view: noise with a label.</summary>
internal sealed class RandomImage
{
    public const int Pixels = 28 * 28;

    [VectorType(28, 28, 1)]
    public float[] Features { get; set; } = new float[Pixels];

    [KeyType(BarePlans.Classes)]
    public uint Label { get; set; }

    public static RandomImage Next(Random random)
    {
        RandomImage image = new();
        Fill(image.Features, random);
        image.Label = (uint)random.Next(BarePlans.Classes) + 1;
        return image;
    }

    /// <summary>As many as asked for in memory.</summary>
    public static List<RandomImage> List(int count)
    {
        Random random = new(1);
        return [.. Enumerable.Range(0, count).Select(_ => Next(random))];
    }

    /// <summary>Numbers spread evenly from -1/2 to 1/2.</summary>
    public static void Fill(Span<float> pixels, Random random)
    {
        foreach (ref float pixel in pixels)
        {
            pixel = random.NextSingle() - 0.5f;
        }
    }
}
