using Microsoft.ML.Cnn.Kernels.Convolution;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tensors;
using Microsoft.ML.Cnn.Tests.Kernels.Reference;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Kernels;

/// <summary>The kernels of both layouts against the definition, with guards around all that they write.</summary>
public class ConvolutionTests
{
    private const int Images = 5;
    private const double Tolerance = 1e-5;

    /// <summary>Values at points are larger than those they come from, and so are their rounding errors.</summary>
    private const double PointTolerance = 1e-4;

    private static readonly (Shape Input, Conv2D Layer)[] Cases =
    [
        (new(5, 6, 1), new(1, 1)),
        (new(6, 7, 3), new(5, 3, padding: 1)),
        (new(7, 5, 2), new(33, (3, 2))),
        (new(9, 11, 17), new(6, 3, stride: 2)),
        (new(9, 10, 3), new(4, 1, stride: (4, 3))), // pixels that no window sees
        (new(8, 9, 3), new(7, 3, dilation: 2, padding: new(2, 1, 0, 3))),
        (new(10, 10, 2), new(3, 2, stride: 3, dilation: 2, rounding: Rounding.Floor)),
        (new(5, 6, 6), new(9, 3, groups: 3, padding: 1)),
        (new(4, 5, 2), new(3, 2, padding: new(3, 2))),
        (new(5, 1, 3), new(2, (3, 1))),
    ];

    /// <summary>For filters of three to five columns; tiles that hang over a row, odd rows, a single one, odd filters.</summary>
    private static readonly (Shape Input, Conv2D Layer)[] RowCases =
    [
        (new(7, 9, 3), new(4, 5)),
        (new(6, 13, 2), new(17, (2, 5), padding: new(2, 1, 0, 3))),
        (new(1, 12, 3), new(3, (1, 4))),
        (new(5, 3, 1), new(1, 3, padding: 1)),
        (new(8, 10, 15), new(2, (3, 4), padding: 4)),
    ];

    /// <summary>For filters of three to five columns, three and more; tiles that hang over a row by every number of pixels, depths of one to seven.</summary>
    private static readonly (Shape Input, Conv2D Layer)[] ShallowCases =
    [
        (new(9, 12, 1), new(6, 5, padding: 2)),
        (new(6, 13, 2), new(7, (2, 5), padding: new(2, 1, 0, 3))),
        (new(1, 12, 3), new(4, (1, 4))),
        (new(5, 3, 1), new(3, 3, padding: 1)),
        (new(7, 11, 1), new(5, (7, 3), padding: 3)),
        (new(5, 14, 1), new(3, (1, 4))),
        (new(4, 10, 1), new(8, (2, 3))),
        (new(3, 9, 1), new(4, (2, 5))),
    ];

    [Fact]
    public void With_channels_in_the_lanes_outputs_are_those_of_the_definition() => EachWidth(new DirectForwardCheck());

    [Fact]
    public void With_channels_in_the_lanes_gradients_of_the_input_are_those_of_the_definition() => EachWidth(new DirectDataCheck());

    [Fact]
    public void With_channels_in_the_lanes_gradients_of_filters_are_those_of_the_definition() => EachWidth(new DirectWeightCheck());

    [Fact]
    public void With_images_in_the_lanes_outputs_are_those_of_the_definition() => EachWidth(new LaneForwardCheck());

    [Fact]
    public void With_images_in_the_lanes_gradients_of_the_input_are_those_of_the_definition() => EachWidth(new LaneDataCheck());

    [Fact]
    public void With_images_in_the_lanes_gradients_of_filters_are_those_of_the_definition() => EachWidth(new LaneWeightCheck());

    [Fact]
    public void Along_rows_of_points_outputs_are_those_of_the_definition() => new LaneWinogradForwardCheck().EachWidth(RowCases, Images);

    [Fact]
    public void Along_rows_of_points_gradients_are_those_of_the_definition() =>
        new LaneWinogradGradientsCheck().EachWidth(RowCases, Images);

    [Fact]
    public void Along_rows_of_points_in_registers_outputs_are_those_of_the_definition() =>
        new ShallowForwardCheck().EachWidth(ShallowCases, Images);

    [Fact]
    public void Along_rows_of_points_in_registers_gradients_of_filters_are_those_of_the_definition() =>
        new ShallowWeightCheck().EachWidth(ShallowCases, Images);

    private static void EachWidth(IConvolutionCheck check) => check.EachWidth(Cases, Images);

    private sealed class DirectForwardCheck : IConvolutionCheck
    {
        public void Run<V>(KnownConvolution known)
            where V : struct, IVector<V>
        {
            Approximately.Equal(known.Y, DirectRuns<V>.Forward(known), Tolerance, (typeof(V).Name, known.Name));
            Batch rectified = DirectRuns<V>.Forward(known, rectify: true);
            Approximately.Equal(known.Rectified, rectified, Tolerance, (typeof(V).Name, known.Name, "rectified"));
        }
    }

    private sealed class DirectDataCheck : IConvolutionCheck
    {
        public void Run<V>(KnownConvolution known)
            where V : struct, IVector<V> =>
            Approximately.Equal(known.Dx, DirectRuns<V>.DataGradient(known), Tolerance, (typeof(V).Name, known.Name));
    }

    private sealed class DirectWeightCheck : IConvolutionCheck
    {
        public void Run<V>(KnownConvolution known)
            where V : struct, IVector<V>
        {
            Approximately.Equal(known.Dw, DirectRuns<V>.WeightGradient(known), 10 * Tolerance, (typeof(V).Name, known.Name));
            double[] twice = Array.ConvertAll(known.Dw, value => 2 * value);
            double[] accumulated = DirectRuns<V>.WeightGradient(known, times: 1);
            Approximately.Equal(twice, accumulated, 10 * Tolerance, (typeof(V).Name, known.Name, "accumulated"));
        }
    }

    private sealed unsafe class LaneForwardCheck : IConvolutionCheck
    {
        public void Run<V>(KnownConvolution known)
            where V : struct, IVector<V>
        {
            using PlanesBuffer x = PlanesBuffer.WithZeros(known.X, Layout.Images, V.Count, known.Geometry.Window.Halo);
            using PlanesBuffer y = new(Layout.Images, V.Count, Images, known.Y.Shape, new Halo(1, 2, 1, 0));
            using GuardedFloats weights = GuardedFloats.Of(known.Weights);
            using GuardedFloats bias = GuardedFloats.Of([.. known.Bias.SelectMany(value => Enumerable.Repeat(value, V.Count))]);
            LaneForward<V> kernel = new(known.Geometry, x.Planes);
            foreach (bool rectify in new[] { false, true })
            {
                for (int group = 0; group * V.Count < Images; group++)
                {
                    kernel.Run(x.Planes, y.Planes, group, weights.Data, bias.Data, rectify);
                }

                Approximately.Equal(rectify ? known.Rectified : known.Y, y.Read(), Tolerance, (typeof(V).Name, known.Name));
                y.AssertGuards();
            }
        }
    }

    private sealed unsafe class LaneDataCheck : IConvolutionCheck
    {
        public void Run<V>(KnownConvolution known)
            where V : struct, IVector<V>
        {
            using PlanesBuffer dy = PlanesBuffer.WithZeros(known.Dy, Layout.Images, V.Count, known.Geometry.GradientHalo);
            using PlanesBuffer dx = new(Layout.Images, V.Count, Images, known.X.Shape, new Halo(1, 2, 1, 0));
            using GuardedFloats weights = GuardedFloats.Of(known.Weights);
            LaneDataGradient<V> kernel = new(known.Geometry, dy.Planes);
            for (int group = 0; group * V.Count < Images; group++)
            {
                kernel.Run(dy.Planes, dx.Planes, group, weights.Data);
            }

            Approximately.Equal(known.Dx, dx.Read(), Tolerance, (typeof(V).Name, known.Name));
            dx.AssertGuards();
        }
    }

    private sealed unsafe class LaneWeightCheck : IConvolutionCheck
    {
        public void Run<V>(KnownConvolution known)
            where V : struct, IVector<V>
        {
            using PlanesBuffer x = PlanesBuffer.WithZeros(known.X, Layout.Images, V.Count, known.Geometry.Window.Halo);
            using PlanesBuffer dy = PlanesBuffer.Of(known.Dy, Layout.Images, V.Count, new Halo(1, 2, 1, 0));
            using GuardedFloats dw = new(known.Dw.Length);
            LaneWeightGradient<V> kernel = new(known.Geometry, x.Planes, dy.Planes);
            using AlignedBuffer sums = new(kernel.SumsLength);
            for (int group = 0; group * V.Count < Images; group++)
            {
                kernel.Run(x.Planes, dy.Planes, group, sums.Data, accumulate: group > 0);
            }

            kernel.AddLanes(sums.Data, dw.Data);
            Approximately.Equal(known.Dw, dw.Read(), 10 * Tolerance, (typeof(V).Name, known.Name));
            dw.AssertGuards();
        }
    }

    private sealed class LaneWinogradForwardCheck : IConvolutionCheck
    {
        public void Run<V>(KnownConvolution known)
            where V : struct, IVector<V>
        {
            Approximately.Equal(known.Y, LaneWinogradRuns<V>.Forward(known), PointTolerance, (typeof(V).Name, known.Name));
            Batch rectified = LaneWinogradRuns<V>.Forward(known, rectify: true);
            Approximately.Equal(known.Rectified, rectified, PointTolerance, (typeof(V).Name, known.Name, "rectified"));
        }
    }

    private sealed class LaneWinogradGradientsCheck : IConvolutionCheck
    {
        public void Run<V>(KnownConvolution known)
            where V : struct, IVector<V>
        {
            (Batch dx, double[] dw) = LaneWinogradRuns<V>.Gradients(known);
            Approximately.Equal(known.Dx, dx, PointTolerance, (typeof(V).Name, known.Name));
            Approximately.Equal(known.Dw, dw, PointTolerance, (typeof(V).Name, known.Name));
        }
    }

    private sealed class ShallowForwardCheck : IConvolutionCheck
    {
        public void Run<V>(KnownConvolution known)
            where V : struct, IVector<V>
        {
            Approximately.Equal(known.Y, ShallowWinogradRuns<V>.Forward(known), PointTolerance, (typeof(V).Name, known.Name));
            Batch rectified = ShallowWinogradRuns<V>.Forward(known, rectify: true);
            Approximately.Equal(known.Rectified, rectified, PointTolerance, (typeof(V).Name, known.Name, "rectified"));
        }
    }

    private sealed class ShallowWeightCheck : IConvolutionCheck
    {
        public void Run<V>(KnownConvolution known)
            where V : struct, IVector<V> =>
            Approximately.Equal(known.Dw, ShallowWinogradRuns<V>.WeightGradient(known), PointTolerance, (typeof(V).Name, known.Name));
    }
}
