using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;
using Microsoft.ML.Cnn.Tests.Kernels.Reference;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Kernels;

public class PoolingTests
{
    private static readonly Halo HaloOfInput = new(1, 2, 2, 1);
    private static readonly Halo HaloOfOutput = new(2, 0, 1, 1);

    private static readonly Extent[] Extents =
    [
        new(4, 2, 2, 1, 0, 0, 2), // side by side
        new(5, 2, 2, 1, 0, 0, 2), // a pixel is left over
        new(5, 2, 2, 1, 0, 0, 3), // the last window hangs over
        new(6, 3, 3, 1, 1, 1, 2), // side by side, in padding
        new(7, 3, 2, 1, 0, 0, 3), // overlapping
        new(5, 3, 1, 1, 1, 1, 5),
        new(6, 3, 2, 1, 1, 1, 4), // rounded up: reaches beyond the padding
        new(9, 2, 3, 1, 0, 0, 3), // gaps
        new(3, 3, 1, 1, 0, 0, 1), // the whole image
        new(1, 1, 1, 1, 0, 0, 1),
    ];

    private static readonly int[] Channels = [1, 3, 17, 33];

    [Fact]
    public void Max_pooling_takes_the_greatest_pixel_of_each_window()
    {
        EachLayout<F32x16>(MaxMatches<F32x16>);
        EachLayout<F32x8>(MaxMatches<F32x8>);
        EachLayout<F32x4>(MaxMatches<F32x4>);
        EachLayout<F32x1>(MaxMatches<F32x1>);
    }

    [Fact]
    public void Average_pooling_averages_each_window()
    {
        EachLayout<F32x16>(AverageMatches<F32x16>);
        EachLayout<F32x8>(AverageMatches<F32x8>);
        EachLayout<F32x4>(AverageMatches<F32x4>);
        EachLayout<F32x1>(AverageMatches<F32x1>);
    }

    [Fact]
    public void Adaptive_average_pooling_gives_the_size_asked_for()
    {
        EachLayout<F32x16>(AdaptiveMatches<F32x16>);
        EachLayout<F32x8>(AdaptiveMatches<F32x8>);
        EachLayout<F32x4>(AdaptiveMatches<F32x4>);
        EachLayout<F32x1>(AdaptiveMatches<F32x1>);
    }

    [Fact]
    public void Max_pooling_takes_taps_that_are_spread_out()
    {
        WindowGeometry window = new(new(7, 2, 2, 2, 1, 1, 3), new(6, 3, 1, 2, 2, 2, 6));
        MaxMatches<F32x8>(Layout.Channels, window, 17);
        MaxMatches<F32x4>(Layout.Images, window, 3);
    }

    [Fact]
    public void Of_equal_pixels_the_first_takes_the_gradient()
    {
        WindowGeometry window = new(new(2, 2, 2, 1, 0, 0, 1), new(2, 2, 2, 1, 0, 0, 1));
        using PlanesBuffer x = PlanesBuffer.Of(new Batch(1, new Shape(2, 2, 1), [1, 3, 3, 3]), Layout.Channels, 1);
        using PlanesBuffer y = PlanesBuffer.Of(new Batch(1, new Shape(1, 1, 1), [3]), Layout.Channels, 1);
        using PlanesBuffer dy = PlanesBuffer.Of(new Batch(1, new Shape(1, 1, 1), [0.5]), Layout.Channels, 1);
        using PlanesBuffer dx = new(Layout.Channels, 1, 1, new Shape(2, 2, 1));
        MaxPooling.Backward<F32x16>(x.Planes, y.Planes, dy.Planes, dx.Planes, window, float.NegativeInfinity);
        Assert.Equal([0, 0.5, 0, 0], dx.Read().Values);
    }

    [Theory]
    [InlineData(float.NegativeInfinity)]
    [InlineData(0)]
    public void A_window_with_a_NaN_anywhere_has_no_other_maximum(float floor)
    {
        WindowGeometry[] windows =
        [
            new(new(2, 2, 2, 1, 0, 0, 1), new(2, 2, 2, 1, 0, 0, 1)),
            new(new(2, 2, 1, 1, 0, 0, 1), new(2, 2, 1, 1, 0, 0, 1)),
        ];
        foreach (WindowGeometry window in windows)
        {
            for (int place = 0; place < 4; place++)
            {
                AssertNaN<F32x16>(place, window, floor);
                AssertNaN<F32x8>(place, window, floor);
                AssertNaN<F32x4>(place, window, floor);
                AssertNaN<F32x1>(place, window, floor);
            }
        }
    }

    private static void AssertNaN<V>(int place, WindowGeometry window, float floor)
        where V : struct, IVector<V>
    {
        const int Depth = 19;
        double[] values = [.. Enumerable.Range(0, 4 * Depth).Select(i => i / Depth == place ? double.NaN : 1 + i % 7)];
        using PlanesBuffer x = PlanesBuffer.Of(new Batch(1, new Shape(2, 2, Depth), values), Layout.Channels, 1);
        using PlanesBuffer y = new(Layout.Channels, 1, 1, new Shape(1, 1, Depth));
        MaxPooling.Forward<V>(x.Planes, y.Planes, window, floor);
        Assert.All(y.Read().Values, value => Assert.Equal(double.NaN, value));
    }

    [Fact]
    public void A_rectified_maximum_takes_and_gives_nothing_below_zero()
    {
        WindowGeometry window = new(new(2, 2, 2, 1, 0, 0, 1), new(4, 2, 2, 1, 0, 0, 2));
        using PlanesBuffer x = PlanesBuffer.Of(new Batch(1, new Shape(2, 4, 1), [-1, -3, 2, 1, -2, -4, 1, 0]), Layout.Channels, 1);
        using PlanesBuffer y = new(Layout.Channels, 1, 1, new Shape(1, 2, 1));
        using PlanesBuffer dy = PlanesBuffer.Of(new Batch(1, new Shape(1, 2, 1), [0.5, 0.25]), Layout.Channels, 1);
        using PlanesBuffer dx = new(Layout.Channels, 1, 1, new Shape(2, 4, 1));
        MaxPooling.Forward<F32x16>(x.Planes, y.Planes, window, floor: 0);
        Assert.Equal([0, 2], y.Read().Values);
        MaxPooling.Backward<F32x16>(x.Planes, y.Planes, dy.Planes, dx.Planes, window, floor: 0);
        Assert.Equal([0, 0, 0.25, 0, 0, 0, 0, 0], dx.Read().Values);
    }

    [Fact]
    public void Gradients_of_the_references_agree_with_central_differences()
    {
        foreach (Extent extent in Extents)
        {
            Shape shape = new(extent.Input, 5, 2);
            WindowGeometry window = new(extent, new(5, 3, 2, 1, 1, 1, 3));
            Batch x = Batch.WithoutTies(2, shape, 3);
            Shape output = PoolingReference.Output(x, window);
            CentralDifferences.Check(
                values => PoolingReference.Max(new(2, shape, values), window).Values,
                (values, dy) => PoolingReference.MaxGradient(new(2, shape, values), new(2, output, dy), window).Values,
                x.Values
            );
            CentralDifferences.Check(
                values => PoolingReference.Average(new(2, shape, values), window, true).Values,
                (_, dy) => PoolingReference.AverageGradient(new(2, output, dy), shape, window, true).Values,
                x.Values
            );
        }

        Shape image = new(7, 5, 2);
        CentralDifferences.Check(
            values => PoolingReference.AdaptiveAverage(new(1, image, values), 3, 4).Values,
            (_, dy) => PoolingReference.AdaptiveAverageGradient(new(1, new(3, 4, 2), dy), image).Values,
            Batch.WithoutTies(1, image, 4).Values
        );
    }

    private static void EachLayout<V>(Action<Layout, WindowGeometry, int> check)
        where V : struct, IVector<V>
    {
        for (int i = 0; i < Extents.Length; i++)
        {
            WindowGeometry window = new(Extents[i], Extents[(i + 3) % Extents.Length]);
            foreach (int channels in Channels)
            {
                check(Layout.Channels, window, channels);
            }

            check(Layout.Images, window, 3);
            check(Layout.Images, new(Extents[i], Extents[i]), 1);
        }
    }

    private static void MaxMatches<V>(Layout layout, WindowGeometry window, int channels)
        where V : struct, IVector<V>
    {
        Batch x = Batch.WithoutTies(V.Count + 1, new(window.Rows.Input, window.Columns.Input, channels), 1);
        Batch y = PoolingReference.Max(x, window);
        Batch dy = Batch.WithoutTies(y.Images, y.Shape, 2);
        Batch rectified = new(y.Images, y.Shape, [.. y.Values.Select(value => Math.Max(0, value))]);
        Batch passing = new(y.Images, y.Shape, [.. dy.Values.Select((value, i) => y.Values[i] > 0 ? value : 0)]);
        foreach ((float floor, Batch result, Batch gradient) in new[] { (float.NegativeInfinity, y, dy), (0, rectified, passing) })
        {
            Matches<V>(
                layout,
                x,
                result,
                dy,
                PoolingReference.MaxGradient(x, gradient, window),
                (input, output) => MaxPooling.Forward<V>(input, output, window, floor),
                (input, output, upstream, downstream) => MaxPooling.Backward<V>(input, output, upstream, downstream, window, floor),
                $"{layout} {window} {channels} {typeof(V).Name} {floor}"
            );
        }
    }

    private static void AverageMatches<V>(Layout layout, WindowGeometry window, int channels)
        where V : struct, IVector<V>
    {
        Batch x = Batch.WithoutTies(V.Count + 1, new(window.Rows.Input, window.Columns.Input, channels), 1);
        foreach (bool countPadding in new[] { true, false })
        {
            Batch y = PoolingReference.Average(x, window, countPadding);
            Batch dy = Batch.WithoutTies(y.Images, y.Shape, 2);
            Matches<V>(
                layout,
                x,
                y,
                dy,
                PoolingReference.AverageGradient(dy, x.Shape, window, countPadding),
                (input, output) => AveragePooling.Forward<V>(input, output, window, countPadding),
                (_, _, gradient, result) => AveragePooling.Backward<V>(gradient, result, window, countPadding),
                $"{layout} {window} {channels} {countPadding} {typeof(V).Name}"
            );
        }
    }

    private static void AdaptiveMatches<V>(Layout layout, WindowGeometry window, int channels)
        where V : struct, IVector<V>
    {
        Batch x = Batch.WithoutTies(V.Count + 1, new(window.Rows.Input, window.Columns.Input, channels), 1);
        Batch y = PoolingReference.AdaptiveAverage(x, 2, 3);
        Batch dy = Batch.WithoutTies(y.Images, y.Shape, 2);
        Matches<V>(
            layout,
            x,
            y,
            dy,
            PoolingReference.AdaptiveAverageGradient(dy, x.Shape),
            AdaptiveAveragePooling.Forward<V>,
            (_, _, gradient, result) => AdaptiveAveragePooling.Backward<V>(gradient, result),
            $"{layout} {x.Shape} {typeof(V).Name}"
        );
    }

    private static void Matches<V>(
        Layout layout,
        Batch x,
        Batch y,
        Batch dy,
        Batch dx,
        Action<Planes, Planes> forward,
        Action<Planes, Planes, Planes, Planes> backward,
        string context
    )
        where V : struct, IVector<V>
    {
        using PlanesBuffer input = PlanesBuffer.Of(x, layout, V.Count, HaloOfInput);
        using PlanesBuffer output = new(layout, V.Count, y.Images, y.Shape, HaloOfOutput);
        forward(input.Planes, output.Planes);
        Approximately.Equal(y, output.Read(), 1e-6, context);
        output.AssertGuards();

        using PlanesBuffer gradient = PlanesBuffer.Of(dy, layout, V.Count, HaloOfInput);
        using PlanesBuffer result = new(layout, V.Count, x.Images, x.Shape, HaloOfOutput);
        backward(input.Planes, output.Planes, gradient.Planes, result.Planes);
        Approximately.Equal(dx, result.Read(), 2e-6, context);
        result.AssertGuards();
    }
}
