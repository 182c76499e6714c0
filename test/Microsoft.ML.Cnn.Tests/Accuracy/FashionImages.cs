using Microsoft.ML.Cnn.DataLoaders;
using Microsoft.ML.Cnn.Tests.Testing;
using PlanBatch = Microsoft.ML.Cnn.Networks.Plans.Batch;

namespace Microsoft.ML.Cnn.Tests.Accuracy;

/// <summary>The shipped training images of Fashion-MNIST, of mean 0 and deviation 1, whole or at half their resolution without the margin.</summary>
internal sealed class FashionImages
{
    private const int Side = 28;
    private const float Mean = 0.286f;
    private const float Deviation = 0.353f;

    private readonly float[][] pixels;
    private readonly int[] labels;

    private FashionImages(int side, Func<byte[], float[]> convert)
    {
        Shape = new Shape(side, side, 1);
        pixels = [.. Rows("train-images-idx3-ubyte.gz").Select(row => Array.ConvertAll(convert(row), Normalize))];
        labels = [.. Rows("train-labels-idx1-ubyte.gz").Select(row => row[0])];
    }

    /// <summary>28 × 28 pixels.</summary>
    public static FashionImages Whole() => new(Side, row => Array.ConvertAll(row, pixel => (float)pixel));

    /// <summary>12 × 12 pixels, each the mean of four.</summary>
    public static FashionImages Halved() => new(HalvedSide, Halve);

    public const int Classes = 10;

    public Shape Shape { get; }

    public int Count => pixels.Length;

    private const int HalvedSide = 12;

    /// <summary>A batch of the rows given.</summary>
    public void Fill(PlanBatch batch, ReadOnlySpan<int> rows)
    {
        batch.Count = rows.Length;
        for (int i = 0; i < rows.Length; i++)
        {
            pixels[rows[i]].CopyTo(batch.Row(i));
            batch.Labels[i] = labels[rows[i]];
            batch.Weights[i] = 1;
        }
    }

    /// <summary>The last rows, as references take them.</summary>
    public Conformance.Examples Last(int count) =>
        new(
            new Batch(count, Shape, [.. pixels[^count..].SelectMany(row => row).Select(pixel => (double)pixel)]),
            labels[^count..],
            [.. Enumerable.Repeat(1f, count)]
        );

    private static float Normalize(float pixel) => (pixel / byte.MaxValue - Mean) / Deviation;

    private static float[] Halve(byte[] row)
    {
        const int Margin = Side / 2 - HalvedSide;
        return
        [
            .. from y in Enumerable.Range(0, HalvedSide)
            from x in Enumerable.Range(0, HalvedSide)
            let corner = (Margin + 2 * y) * Side + Margin + 2 * x
            select (row[corner] + row[corner + 1] + row[corner + Side] + row[corner + Side + 1]) / 4f,
        ];
    }

    private static IEnumerable<byte[]> Rows(string name)
    {
        IdxFile file = IdxFile.Open(Path.Combine(Repository.FashionMnistSubset, name));
        using IdxRowReader reader = file.OpenRows(shuffled: false);
        for (long row = 0; row < file.Header.Rows; row++)
        {
            yield return reader.Row(row).ToArray();
        }
    }
}
