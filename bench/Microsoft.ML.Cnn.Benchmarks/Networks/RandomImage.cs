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
        image.Refill(random);
        return image;
    }

    /// <summary>As many as asked for in memory.</summary>
    public static List<RandomImage> List(int count)
    {
        Random random = new(1);
        return [.. Enumerable.Range(0, count).Select(_ => Next(random))];
    }

    /// <summary>The same one again and again with other content: a stream that takes no memory and cannot shuffle.</summary>
    public static IEnumerable<RandomImage> Stream(int count)
    {
        Random random = new(1);
        RandomImage image = new();
        for (int row = 0; row < count; row++)
        {
            image.Refill(random);
            yield return image;
        }
    }

    private void Refill(Random random)
    {
        foreach (ref float pixel in Features.AsSpan())
        {
            pixel = random.NextSingle() - 0.5f;
        }

        Label = (uint)random.Next(BarePlans.Classes) + 1;
    }
}
