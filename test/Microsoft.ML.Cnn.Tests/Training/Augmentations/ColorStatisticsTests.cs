using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Training.Augmentations;

namespace Microsoft.ML.Cnn.Tests.Training.Augmentations;

public sealed class ColorStatisticsTests
{
    private static readonly Shape shape = new(9, 11, 3);

    [Theory]
    [InlineData(PixelOrder.Interleaved)]
    [InlineData(PixelOrder.Planar)]
    public void Principal_colours_are_those_that_the_images_were_made_of(PixelOrder order)
    {
        double[][] directions =
        [
            [2.0 / 3, 2.0 / 3, 1.0 / 3],
            [-2.0 / 3, 1.0 / 3, 2.0 / 3],
            [1.0 / 3, -2.0 / 3, 2.0 / 3],
        ];
        double[] deviations = [40, 9, 2];
        ColorStatistics statistics = new(AugmentationSequence.GridOf(shape, order));
        Random random = new(1);
        int pixels = shape.Height * shape.Width;
        for (int image = 0; image < 300; image++)
        {
            float[] values = new float[shape.Length];
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                double[] lengths = [.. deviations.Select(deviation => deviation * Math.Sqrt(12) * (random.NextDouble() - 0.5))];
                for (int channel = 0; channel < 3; channel++)
                {
                    double value = 1_000 + Enumerable.Range(0, 3).Sum(component => lengths[component] * directions[component][channel]);
                    values[order == PixelOrder.Planar ? channel * pixels + pixel : 3 * pixel + channel] = (float)value;
                }
            }

            statistics.Add(values);
        }

        PrincipalColors colors = statistics.Result([1_000, 1_000, 1_000]).Principal!;
        for (int component = 0; component < 3; component++)
        {
            Assert.Equal(deviations[component], colors.Deviations[component], 0.02 * deviations[component]);
            double cosine = Enumerable
                .Range(0, 3)
                .Sum(channel => colors.Directions[3 * component + channel] * directions[component][channel]);
            Assert.Equal(1, Math.Abs(cosine), 1e-3);
        }
    }

    [Fact]
    public void The_range_of_pixels_is_found_whatever_the_channels()
    {
        ColorStatistics statistics = new(PixelGrid.Planar(new Shape(1, 2, 2)));
        statistics.Add([3, -1, 2, 2]);
        statistics.Add([7, 0, 0, 0]);
        TrainingColors colors = statistics.Result([0, 0]);
        Assert.Equal((-1, 7), (colors.Minimum, colors.Maximum));
        Assert.Null(colors.Principal);
    }

    [Fact]
    public void Eigenvalues_of_a_known_matrix_are_known()
    {
        // Of [[2, 1, 0], [1, 2, 1], [0, 1, 2]]: 2 + sqrt 2, 2, 2 - sqrt 2; the first vector is (1, sqrt 2, 1) / 2.
        (double[] values, double[] vectors) = SymmetricEigenvalues.Of([2, 1, 0, 1, 2, 1, 0, 1, 2], 3);
        Assert.Equal(2 + Math.Sqrt(2), values[0], 1e-12);
        Assert.Equal(2, values[1], 1e-12);
        Assert.Equal(2 - Math.Sqrt(2), values[2], 1e-12);
        Assert.Equal(0.5, Math.Abs(vectors[0]), 1e-12);
        Assert.Equal(Math.Sqrt(0.5), Math.Abs(vectors[1]), 1e-12);
        Assert.Equal(0, vectors[0] * vectors[3] + vectors[1] * vectors[4] + vectors[2] * vectors[5], 1e-12);
    }
}
