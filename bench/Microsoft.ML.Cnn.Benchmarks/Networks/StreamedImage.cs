using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Benchmarks.Networks;

/// <summary>
/// A row of a stream: noise with the number of a class. That number is no key yet, since ML.NET boxes the keys of objects, twice a row: garbage that would be
/// measured with what training takes.
/// </summary>
internal sealed class StreamedImage
{
    [VectorType(28, 28, 1)]
    public float[] Features { get; set; } = new float[RandomImage.Pixels];

    public int Label { get; set; }

    /// <summary>The same object again and again with other content, its label mapped to a key: a stream that takes no memory and cannot shuffle.</summary>
    public static IDataView View(MLContext ml, int rows)
    {
        IDataView images = ml.Data.LoadFromEnumerable(Stream(rows));
        return ml.Transforms.Conversion.MapValueToKey(nameof(Label)).Fit(images).Transform(images);
    }

    private static IEnumerable<StreamedImage> Stream(int rows)
    {
        Random random = new(1);
        StreamedImage image = new();
        for (int row = 0; row < rows; row++)
        {
            RandomImage.Fill(image.Features, random);
            image.Label = random.Next(BarePlans.Classes);
            yield return image;
        }
    }
}
