using System.Collections.Immutable;
using Microsoft.ML.Cnn.Training.Augmentations;
using Microsoft.ML.Cnn.Training.Checkpoints;

namespace Microsoft.ML.Cnn.Training;

/// <summary>What the first pass over the training examples learns: how many there are, of which classes, and the scale of their pixels.</summary>
/// <param name="Rows">Rows that count: with a label and a weight above zero.</param>
/// <param name="ClassRows">How many of them each class has; classes without any are left out.</param>
/// <param name="Means">The mean of each channel.</param>
/// <param name="Deviations">The standard deviation of each channel, over all pixels (divided by their number).</param>
internal sealed record PixelStatistics(
    long Rows,
    ImmutableSortedDictionary<int, long> ClassRows,
    ImmutableArray<double> Means,
    ImmutableArray<double> Deviations
)
{
    /// <summary>The scale of labels that are numbers; null where there are no targets.</summary>
    public TargetScaling? Targets { get; private init; }

    /// <summary>Brings each channel to mean 0 and deviation 1; a constant channel, which has no scale, to 0.</summary>
    public PixelNormalization Normalization =>
        new([.. Means.Select(mean => (float)mean)], [.. Deviations.Select(deviation => ScaleOf(deviation))]);

    /// <summary>Reads a source to its end.</summary>
    /// <param name="source">The training examples.</param>
    /// <param name="shape">The shape of an image.</param>
    /// <param name="order">How it lies in the pixels.</param>
    /// <param name="throwIfCanceled">Called once a row.</param>
    /// <param name="colors">Is told of each image, where augmentations learn from them.</param>
    /// <param name="hash">Is told of each row, where rows are to be named.</param>
    /// <exception cref="InvalidOperationException">There is no row that counts.</exception>
    public static PixelStatistics Measure(
        IExampleSource source,
        Shape shape,
        PixelOrder order,
        Action? throwIfCanceled = null,
        ColorStatistics? colors = null,
        RowsHash? hash = null
    )
    {
        ChannelMoments moments = new(shape.Channels, order);
        TargetMoments? targets = source.TargetsPerRow == 0 ? null : new TargetMoments(source.TargetsPerRow);
        List<long> classes = [];
        float[] row = new float[source.RowLength];
        long rows = 0;
        using IExampleReader reader = source.Open(shuffleSeed: null);
        while (reader.Read(row, out int label, out float weight))
        {
            throwIfCanceled?.Invoke();
            rows++;
            while (classes.Count <= label)
            {
                classes.Add(0);
            }

            classes[label]++;
            ReadOnlySpan<float> pixels = row.AsSpan(0, source.PixelsPerRow);
            targets?.Add(row.AsSpan(source.PixelsPerRow));
            moments.Add(pixels);
            colors?.Add(pixels);
            hash?.Add(reader.RowKey, label, weight, row);
        }

        return rows > 0
            ? new PixelStatistics(rows, Seen(classes), moments.Means, moments.Deviations) { Targets = targets?.Scaling }
            : throw NoRows();
    }

    private static ImmutableSortedDictionary<int, long> Seen(List<long> classes) =>
        classes.Index().Where(of => of.Item > 0).ToImmutableSortedDictionary(of => of.Index, of => of.Item);

    internal static InvalidOperationException NoRows() =>
        new(
            "There is nothing to train on: no row has both a label and a weight above zero. What to check: filters before the trainer, labels that are missing (key 0), and the weight column."
        );

    private static float ScaleOf(double deviation)
    {
        float scale = (float)(1 / deviation);
        return float.IsFinite(scale) ? scale : 1;
    }
}
