using System.Collections.Immutable;
using System.Numerics.Tensors;
using Microsoft.ML.Cnn.Kernels;

namespace Microsoft.ML.Cnn.Training.Augmentations;

/// <summary>Range and covariance of the colours of images, in double precision.</summary>
internal sealed class ColorStatistics(PixelGrid grid)
{
    private const int Channels = PrincipalColors.Channels;

    private readonly double[] origin = new double[Channels];
    private readonly double[] sums = new double[Channels];
    private readonly double[] products = new double[Channels * Channels];
    private float minimum = float.PositiveInfinity;
    private float maximum = float.NegativeInfinity;
    private long pixels;

    /// <summary>Empty ones, if augmentations want to know; else null.</summary>
    public static ColorStatistics? For(AugmentationSequence augmentations, Shape shape, PixelOrder order) =>
        augmentations.NeedsColors ? new ColorStatistics(AugmentationSequence.GridOf(shape, order)) : null;

    /// <summary>Adds an image.</summary>
    public void Add(ReadOnlySpan<float> image)
    {
        minimum = Math.Min(minimum, TensorPrimitives.Min(image));
        maximum = Math.Max(maximum, TensorPrimitives.Max(image));
        if (grid.Channels == Channels)
        {
            AddColors(image);
        }
    }

    /// <summary>What was learned.</summary>
    /// <param name="centers">Of each channel the value that normalization brings to 0.</param>
    public TrainingColors Result(ImmutableArray<float> centers) =>
        new(centers, minimum, maximum, grid.Channels == Channels ? Principal() : null);

    private void AddColors(ReadOnlySpan<float> image)
    {
        if (pixels == 0)
        {
            // Differences from any colour of the data lose nothing to a mean far from zero.
            for (int channel = 0; channel < Channels; channel++)
            {
                origin[channel] = image[grid.Offset(channel)];
            }
        }

        int count = grid.Height * grid.Width;
        ReadOnlySpan<float> greens = image[grid.Offset(1)..];
        ReadOnlySpan<float> blues = image[grid.Offset(2)..];
        for (int i = 0; i < count * grid.Step; i += grid.Step)
        {
            double red = image[i] - origin[0];
            double green = greens[i] - origin[1];
            double blue = blues[i] - origin[2];
            sums[0] += red;
            sums[1] += green;
            sums[2] += blue;
            products[0] += red * red;
            products[1] += red * green;
            products[2] += red * blue;
            products[4] += green * green;
            products[5] += green * blue;
            products[8] += blue * blue;
        }

        pixels += count;
    }

    private PrincipalColors Principal()
    {
        double[] covariance = new double[Channels * Channels];
        for (int i = 0; i < Channels; i++)
        {
            for (int j = 0; j < Channels; j++)
            {
                double product = products[Math.Min(i, j) * Channels + Math.Max(i, j)];
                covariance[i * Channels + j] = product / pixels - sums[i] / pixels * (sums[j] / pixels);
            }
        }

        (double[] values, double[] vectors) = SymmetricEigenvalues.Of(covariance, Channels);
        return new PrincipalColors(
            [.. values.Select(value => (float)Math.Sqrt(Math.Max(0, value)))],
            [.. vectors.Select(value => (float)value)]
        );
    }
}
