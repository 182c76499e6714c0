using Microsoft.ML.Cnn.Kernels.Convolution.Winograd;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tests.Kernels.Reference;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Kernels;

/// <summary>Winograd's algorithms against the definition.</summary>
public class WinogradTests
{
    private const int Images = 3;

    private static readonly (Shape Input, Conv2D Layer)[] Cases =
    [
        (new(9, 11, 17), new(33, 3, padding: 1)),
        (new(3, 2, 3), new(5, 3, padding: 1)), // a map smaller than a tile
        (new(1, 1, 2), new(3, 3, padding: 1)),
        (new(8, 10, 16), new(16, 3)),
        (new(7, 6, 6), new(9, 3, groups: 3, padding: 1)),
        (new(6, 9, 5), new(4, 3, padding: new(2, 1, 0, 3))),
        (new(3, 4, 2), new(3, 3, padding: new(4, 3))), // windows that see nothing but padding
        (new(2, 45, 2), new(3, 3, padding: 1)), // rows of more tiles than a run
        (new(2, 3, 256), new(256, 3, padding: 1)), // filters that pass the caches by
        (new(3, 2, 241), new(250, 3, padding: 1)), // and whose rows are no whole lines
        (new(7, 9, 18), new(33, 5, padding: 2)),
        (new(5, 5, 3), new(2, 5)),
        (new(2, 3, 4), new(6, 5, groups: 2, padding: 2)),
        (new(6, 5, 3), new(7, 5, padding: new(0, 3, 5, 1))),
        (new(3, 37, 2), new(3, 5, padding: 2)),
        (new(2, 10, 18), new(33, 5, padding: 2)), // smaller tiles, since they hang over by less
    ];

    [Fact]
    public void Outputs_are_those_of_the_definition() => EachWidth(new ForwardCheck());

    [Fact]
    public void Gradients_of_the_input_are_those_of_the_definition() => EachWidth(new DataGradientCheck());

    [Fact]
    public void Gradients_of_filters_are_those_of_the_definition() => EachWidth(new WeightGradientCheck());

    [Fact]
    public void However_a_pass_is_cut_into_pieces_its_bits_are_the_same() => EachWidth(new PiecesCheck());

    [Fact]
    public void Only_square_filters_of_three_or_five_taps_at_stride_one_have_an_algorithm()
    {
        Assert.True(Applies(new Conv2D(2, 3)));
        Assert.True(Applies(new Conv2D(2, 5, padding: 2)));
        Assert.False(Applies(new Conv2D(2, 1)));
        Assert.False(Applies(new Conv2D(2, 7)));
        Assert.False(Applies(new Conv2D(2, (3, 5))));
        Assert.False(Applies(new Conv2D(2, 3, stride: (1, 2))));
        Assert.False(Applies(new Conv2D(2, 3, dilation: (2, 1))));
    }

    [Theory]
    [InlineData(27, 27, 3, "F(4x4, 3x3)")]
    [InlineData(27, 27, 5, "F(4x4, 5x5)")]
    [InlineData(2, 10, 5, "F(2x2, 5x5)")]
    [InlineData(2, 12, 5, "F(4x4, 5x5)")]
    public void The_size_of_tiles_is_that_which_takes_the_fewest_products(int rows, int columns, int kernel, string size)
    {
        Conv2D layer = new(2, kernel, padding: Padding.Same);
        Assert.Equal(size, WinogradSize.For(new KnownConvolution(new Shape(rows, columns, 2), layer, images: 1).Geometry).ToString());
    }

    private static bool Applies(Conv2D layer) =>
        WinogradPass<F32x1>.Applies(new KnownConvolution(new Shape(9, 9, 2), layer, images: 1).Geometry);

    // Of results near one, or relative. They grow with the products of a sum as the errors do.
    private static double Tolerance(KnownConvolution known) =>
        5e-5 * Math.Max(1, Math.Sqrt(known.Geometry.GroupInputs * known.Geometry.Taps / 144.0));

    private static void EachWidth(IConvolutionCheck check) => check.EachWidth(Cases, Images);

    private sealed class ForwardCheck : IConvolutionCheck
    {
        public void Run<V>(KnownConvolution known)
            where V : struct, IVector<V>
        {
            Approximately.Equal(known.Y, WinogradRuns<V>.Forward(known), Tolerance(known), (typeof(V).Name, known.Name));
            Batch rectified = WinogradRuns<V>.Forward(known, rectify: true);
            Approximately.Equal(known.Rectified, rectified, Tolerance(known), (typeof(V).Name, known.Name, "rectified"));
        }
    }

    private sealed class DataGradientCheck : IConvolutionCheck
    {
        public void Run<V>(KnownConvolution known)
            where V : struct, IVector<V> =>
            Approximately.Equal(known.Dx, WinogradRuns<V>.DataGradient(known), Tolerance(known), (typeof(V).Name, known.Name));
    }

    private sealed class WeightGradientCheck : IConvolutionCheck
    {
        public void Run<V>(KnownConvolution known)
            where V : struct, IVector<V>
        {
            Approximately.Equal(known.Dw, WinogradRuns<V>.WeightGradient(known), Tolerance(known), (typeof(V).Name, known.Name));
            double[] twice = Array.ConvertAll(known.Dw, value => 2 * value);
            double[] accumulated = WinogradRuns<V>.WeightGradient(known, times: 1);
            Approximately.Equal(twice, accumulated, Tolerance(known), (typeof(V).Name, known.Name, "accumulated"));
        }
    }

    private sealed class PiecesCheck : IConvolutionCheck
    {
        public void Run<V>(KnownConvolution known)
            where V : struct, IVector<V>
        {
            Assert.Equal(WinogradRuns<V>.Forward(known).Values, WinogradRuns<V>.Forward(known, inPieces: true).Values);
            Assert.Equal(WinogradRuns<V>.Sums(known, inPieces: false), WinogradRuns<V>.Sums(known, inPieces: true));
        }
    }
}
