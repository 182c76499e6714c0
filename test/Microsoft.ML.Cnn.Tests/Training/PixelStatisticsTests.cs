using Microsoft.ML.Cnn.Training;

namespace Microsoft.ML.Cnn.Tests.Training;

public sealed class PixelStatisticsTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5, 7, 1)]
    [InlineData(5, 7, 3)]
    [InlineData(1, 1, 5)]
    [InlineData(4, 4, 2)]
    public void Means_and_deviations_are_those_of_the_channels_in_either_order(int height, int width, int channels)
    {
        Shape shape = new(height, width, channels);
        Random random = new(1);
        float[][] images =
        [
            .. Enumerable.Range(0, 9).Select(_ => Enumerable.Range(0, (int)shape.Length).Select(_ => random.NextSingle() * 255).ToArray()),
        ];
        foreach (PixelOrder order in Enum.GetValues<PixelOrder>())
        {
            PixelStatistics statistics = PixelStatistics.Measure(Source(images), shape, order);
            for (int channel = 0; channel < channels; channel++)
            {
                double[] values =
                [
                    .. images.SelectMany(image =>
                        image
                            .Index()
                            .Where(pixel =>
                                channel == (order == PixelOrder.Planar ? pixel.Index / (height * width) : pixel.Index % channels)
                            )
                            .Select(pixel => (double)pixel.Item)
                    ),
                ];
                double mean = values.Average();
                Assert.Equal(mean, statistics.Means[channel], 1e-9);
                Assert.Equal(Math.Sqrt(values.Average(value => (value - mean) * (value - mean))), statistics.Deviations[channel], 1e-9);
            }
        }
    }

    [Fact]
    public void Small_deviations_far_from_zero_are_not_lost()
    {
        PixelStatistics statistics = PixelStatistics.Measure(
            Source([
                [0, 0, 0, 0],
                .. Enumerable.Repeat<float[]>([1_000_000, 1_000_001, 1_000_000, 1_000_001], 9),
            ]),
            new Shape(2, 2, 1),
            PixelOrder.Interleaved
        );
        double[] values =
        [
            0,
            0,
            0,
            0,
            .. Enumerable.Repeat<double[]>([1_000_000, 1_000_001, 1_000_000, 1_000_001], 9).SelectMany(row => row),
        ];
        double mean = values.Average();
        Assert.Equal(Math.Sqrt(values.Average(value => (value - mean) * (value - mean))), statistics.Deviations[0], 1e-6);
    }

    [Fact]
    public void A_constant_channel_keeps_its_scale()
    {
        PixelStatistics statistics = PixelStatistics.Measure(
            Source([
                [0.1f, 1, 0.1f, 3],
                [0.1f, 5, 0.1f, 7],
            ]),
            new Shape(1, 2, 2),
            PixelOrder.Interleaved
        );
        Assert.Equal(0, statistics.Deviations[0]);
        Assert.Equal([0.1f, 4f], statistics.Normalization.Offsets);
        Assert.Equal([1f, 1 / MathF.Sqrt(5)], statistics.Normalization.Scales);
    }

    [Fact]
    public void Rows_and_classes_are_counted()
    {
        FakeSource source = new(1, [new([1], 4), new([2], 0), new([3], 4)]);
        PixelStatistics statistics = PixelStatistics.Measure(source, Shape.Flat(1), PixelOrder.Interleaved);
        Assert.Equal(3, statistics.Rows);
        Assert.Equal([new(0, 1), new(4, 2)], statistics.ClassRows);
        Assert.Equal(source.Opened, source.Closed);
    }

    [Fact]
    public void Nothing_to_train_on_is_refused() =>
        Assert.Contains(
            "nothing to train on",
            Assert
                .Throws<InvalidOperationException>(() => PixelStatistics.Measure(Source([]), Shape.Flat(1), PixelOrder.Interleaved))
                .Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void The_pass_can_be_canceled()
    {
        int rows = 0;
        Assert.Throws<OperationCanceledException>(() =>
            PixelStatistics.Measure(
                FakeSource.Numbered(100),
                Shape.Flat(1),
                PixelOrder.Interleaved,
                () => _ = ++rows < 10 ? 0 : throw new OperationCanceledException()
            )
        );
        Assert.Equal(10, rows);
    }

    private static FakeSource Source(float[][] images) =>
        new(images.Length == 0 ? 1 : images[0].Length, [.. images.Select(image => new Example(image, 0))]);
}
