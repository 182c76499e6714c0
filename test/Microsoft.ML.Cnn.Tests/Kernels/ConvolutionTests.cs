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

    private static void EachWidth<TCheck>(TCheck check)
        where TCheck : IConvolutionCheck
    {
        foreach ((Shape input, Conv2D layer) in Cases)
        {
            KnownConvolution known = new(input, layer, Images);
            check.Run<F32x16>(known);
            check.Run<F32x8>(known);
            check.Run<F32x4>(known);
            check.Run<F32x1>(known);
        }
    }

    private static void AssertGradient(double[] expected, GuardedFloats dw, object context)
    {
        Approximately.Equal(expected, dw.Read(), 10 * Tolerance, context);
        dw.AssertGuards();
    }

    private sealed unsafe class DirectForwardCheck : IConvolutionCheck
    {
        public void Run<V>(KnownConvolution known)
            where V : struct, IVector<V>
        {
            using PlanesBuffer x = PlanesBuffer.WithZeros(known.X, Layout.Channels, V.Count, known.Geometry.Window.Halo);
            using PlanesBuffer y = new(Layout.Channels, V.Count, Images, known.Y.Shape, new Halo(1, 2, 1, 0));
            using GuardedFloats weights = GuardedFloats.Of(known.Weights);
            using GuardedFloats bias = GuardedFloats.Of(known.Bias);
            DirectForward<V> kernel = new(known.Geometry, x.Planes.RowPitch);
            using AlignedBuffer packed = new(kernel.PackedLength);
            for (int piece = 0; piece < kernel.PackPieces; piece++)
            {
                kernel.Pack(weights.Data, packed.Data, piece);
            }

            foreach (bool rectify in new[] { false, true })
            {
                for (int image = 0; image < Images; image++)
                for (int band = 0; band < kernel.Bands; band++)
                {
                    kernel.Run(x.Planes, y.Planes, image, band, packed.Data, bias.Data, rectify);
                }

                Approximately.Equal(rectify ? known.Rectified : known.Y, y.Read(), Tolerance, (typeof(V).Name, known.Name));
                y.AssertGuards();
            }
        }
    }

    private sealed unsafe class DirectDataCheck : IConvolutionCheck
    {
        public void Run<V>(KnownConvolution known)
            where V : struct, IVector<V>
        {
            using PlanesBuffer dy = PlanesBuffer.WithZeros(known.Dy, Layout.Channels, V.Count, known.Geometry.GradientHalo);
            using PlanesBuffer dx = new(Layout.Channels, V.Count, Images, known.X.Shape, new Halo(1, 2, 1, 0));
            using GuardedFloats weights = GuardedFloats.Of(known.Weights);
            DirectDataGradient<V> kernel = new(known.Geometry, dy.Planes.RowPitch);
            using AlignedBuffer packed = new(kernel.PackedLength);
            for (int piece = 0; piece < kernel.PackPieces; piece++)
            {
                kernel.Pack(weights.Data, packed.Data, piece);
            }

            for (int image = 0; image < Images; image++)
            for (int row = 0; row < dx.Planes.Height; row++)
            {
                kernel.Run(dy.Planes, dx.Planes, image, row, packed.Data);
            }

            Approximately.Equal(known.Dx, dx.Read(), Tolerance, (typeof(V).Name, known.Name));
            dx.AssertGuards();
        }
    }

    private sealed unsafe class DirectWeightCheck : IConvolutionCheck
    {
        public void Run<V>(KnownConvolution known)
            where V : struct, IVector<V>
        {
            using PlanesBuffer x = PlanesBuffer.WithZeros(known.X, Layout.Channels, V.Count, known.Geometry.Window.Halo);
            using PlanesBuffer dy = PlanesBuffer.Of(known.Dy, Layout.Channels, V.Count, new Halo(1, 2, 1, 0));
            using GuardedFloats dw = new(known.Dw.Length);
            DirectWeightGradient<V> kernel = new(known.Geometry);
            for (int piece = 0; piece < kernel.Pieces; piece++)
            {
                kernel.Run(x.Planes, dy.Planes, dw.Data, piece, piece + 1, accumulate: false);
            }

            AssertGradient(known.Dw, dw, (typeof(V).Name, known.Name));
            kernel.Run(x.Planes, dy.Planes, dw.Data, 0, kernel.Pieces, accumulate: true);
            AssertGradient(Array.ConvertAll(known.Dw, value => 2 * value), dw, (typeof(V).Name, known.Name, "accumulated"));
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
            AssertGradient(known.Dw, dw, (typeof(V).Name, known.Name));
        }
    }
}
