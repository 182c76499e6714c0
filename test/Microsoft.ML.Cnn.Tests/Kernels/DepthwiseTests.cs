using Microsoft.ML.Cnn.Kernels.Convolution.Depthwise;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tensors;
using Microsoft.ML.Cnn.Tests.Kernels.Reference;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Kernels;

/// <summary>The kernels of depthwise convolution against the definition, with guards around all that they write.</summary>
public class DepthwiseTests
{
    private const int Images = 3;
    private const double Tolerance = 1e-5;

    private static readonly (Shape Input, Conv2D Layer)[] Cases =
    [
        (new(5, 6, 1), new(1, 3, padding: 1)),
        (new(6, 9, 17), new(17, 3, padding: 1, groups: 17)),
        (new(7, 5, 33), new(33, (3, 2), groups: 33)),
        (new(9, 11, 19), new(19, 5, stride: 2, padding: new(2, 1, 0, 3), groups: 19, rounding: Rounding.Floor)),
        (new(9, 10, 16), new(16, 1, stride: (4, 3), groups: 16)), // pixels that no window sees
        (new(8, 9, 35), new(35, (2, 6), dilation: (3, 1), padding: new(1, 2), groups: 35)),
        (new(1, 1, 4), new(4, 3, padding: 1, groups: 4)),
    ];

    [Fact]
    public void Outputs_are_those_of_the_definition() => new ForwardCheck().EachWidth(Cases, Images);

    [Fact]
    public void Gradients_of_the_input_are_those_of_the_definition() => new DataCheck().EachWidth(Cases, Images);

    [Fact]
    public void Gradients_of_filters_are_those_of_the_definition_and_are_added() => new WeightCheck().EachWidth(Cases, Images);

    private sealed unsafe class ForwardCheck : IConvolutionCheck
    {
        public void Run<V>(KnownConvolution known)
            where V : struct, IVector<V>
        {
            using PlanesBuffer x = PlanesBuffer.WithZeros(known.X, Layout.Channels, V.Count, known.Geometry.Window.Halo);
            using PlanesBuffer y = new(Layout.Channels, V.Count, Images, known.Y.Shape, new Halo(1, 2, 1, 0));
            using GuardedFloats weights = GuardedFloats.Of(known.Weights);
            using GuardedFloats bias = GuardedFloats.Of(known.Bias);
            DepthwiseForward<V> kernel = new(known.Geometry, x.Planes.RowPitch);
            kernel.Run(x.Planes, y.Planes, weights.Data, bias.Data, rectify: false);
            Approximately.Equal(known.Y, y.Read(), Tolerance, (typeof(V).Name, known.Name));
            kernel.Run(x.Planes, y.Planes, weights.Data, bias.Data, rectify: true);
            Approximately.Equal(known.Rectified, y.Read(), Tolerance, (typeof(V).Name, known.Name, "rectified"));
            y.AssertGuards();
        }
    }

    private sealed unsafe class DataCheck : IConvolutionCheck
    {
        public void Run<V>(KnownConvolution known)
            where V : struct, IVector<V>
        {
            using PlanesBuffer dy = PlanesBuffer.WithZeros(known.Dy, Layout.Channels, V.Count, known.Geometry.GradientHalo);
            using PlanesBuffer dx = new(Layout.Channels, V.Count, Images, known.X.Shape, new Halo(1, 2, 1, 0));
            using GuardedFloats weights = GuardedFloats.Of(known.Weights);
            new DepthwiseDataGradient<V>(known.Geometry, dy.Planes.RowPitch).Run(dy.Planes, dx.Planes, weights.Data);
            Approximately.Equal(known.Dx, dx.Read(), Tolerance, (typeof(V).Name, known.Name));
            dx.AssertGuards();
        }
    }

    private sealed unsafe class WeightCheck : IConvolutionCheck
    {
        public void Run<V>(KnownConvolution known)
            where V : struct, IVector<V>
        {
            using PlanesBuffer x = PlanesBuffer.WithZeros(known.X, Layout.Channels, V.Count, known.Geometry.Window.Halo);
            using PlanesBuffer dy = PlanesBuffer.Of(known.Dy, Layout.Channels, V.Count, new Halo(1, 2, 1, 0));
            using GuardedFloats dw = GuardedFloats.Of(known.Dw);
            new DepthwiseWeightGradient<V>(known.Geometry).AddTo(x.Planes, dy.Planes, dw.Data);
            double[] twice = Array.ConvertAll(known.Dw, value => 2 * value);
            Approximately.Equal(twice, dw.Read(), 10 * Tolerance, (typeof(V).Name, known.Name));
            dw.AssertGuards();
        }
    }
}
