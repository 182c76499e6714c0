using Microsoft.ML.Cnn.Networks.Plans;

namespace Microsoft.ML.Cnn.Peers.Networks;

/// <summary>Images and labels that every side is given.</summary>
/// <param name="Count">Of images.</param>
/// <param name="Shape">Of an image.</param>
/// <param name="Images">[count, channels, height, width].</param>
/// <param name="Labels">Classes counted from 0.</param>
internal sealed record Examples(int Count, Shape Shape, float[] Images, int[] Labels)
{
    public long[] Dimensions => [Count, Shape.Channels, Shape.Height, Shape.Width];

    /// <summary>An image of each class's own, and noise of half its strength, so that there is something to learn.</summary>
    public static Examples Random(int count, Shape shape, int classes, int seed = 1)
    {
        Random random = new(seed);
        int length = (int)shape.Length;
        float[] images = new float[count * length];
        int[] labels = new int[count];
        for (int image = 0; image < count; image++)
        {
            int label = labels[image] = random.Next(classes);
            Random pattern = new(label);
            foreach (ref float pixel in images.AsSpan(image * length, length))
            {
                pixel = pattern.NextSingle() - 0.5f + 0.5f * (random.NextSingle() - 0.5f);
            }
        }

        return new Examples(count, shape, images, labels);
    }

    /// <summary>Numbers in [-0.5, 0.5).</summary>
    public static float[] Noise(int count, int seed)
    {
        Random random = new(seed);
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan())
        {
            value = random.NextSingle() - 0.5f;
        }

        return values;
    }

    /// <summary>As a plan takes them.</summary>
    public Batch ToBatch()
    {
        Batch batch = new(Count, (int)Shape.Length) { Count = Count };
        for (int row = 0; row < Count; row++)
        {
            Images.AsSpan(row * batch.PixelsPerRow, batch.PixelsPerRow).CopyTo(batch.Row(row));
            batch.Labels[row] = Labels[row];
            batch.Weights[row] = 1;
        }

        return batch;
    }
}
