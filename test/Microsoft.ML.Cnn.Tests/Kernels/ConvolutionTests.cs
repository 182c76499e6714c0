using Microsoft.ML.Cnn.Kernels.Convolution;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Tensors;
using Microsoft.ML.Cnn.Tests.Conformance.Reference;
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
    public void Along_rows_of_points_outputs_are_those_of_the_definition() => EachWidth(new LaneWinogradForwardCheck(), RowCases);

    [Fact]
    public void Along_rows_of_points_gradients_are_those_of_the_definition() => EachWidth(new LaneWinogradGradientsCheck(), RowCases);

    private static void EachWidth<TCheck>(TCheck check)
        where TCheck : ICheck => EachWidth(check, Cases);

    private static void EachWidth<TCheck>(TCheck check, (Shape Input, Conv2D Layer)[] cases)
        where TCheck : ICheck
    {
        foreach ((Shape input, Conv2D layer) in cases)
        {
            Known known = new(input, layer);
            check.Run<F32x16>(known);
            check.Run<F32x8>(known);
            check.Run<F32x4>(known);
            check.Run<F32x1>(known);
        }
    }

    /// <summary>Planes with zeros in their halo, where all other buffers hold a sentinel.</summary>
    private static unsafe PlanesBuffer WithZeros(Batch batch, Layout layout, int lanes, Halo halo)
    {
        PlanesBuffer buffer = new(layout, lanes, batch.Images, batch.Shape, halo);
        Planes planes = buffer.Planes;
        for (int plane = 0; plane < planes.Count; plane++)
        for (int row = -halo.Top; row < planes.Height + halo.Bottom; row++)
        {
            new Span<float>(planes.Pixel(plane, row, -halo.Left), (halo.Left + planes.Width + halo.Right) * planes.PixelLength).Clear();
        }

        buffer.Write(batch);
        return buffer;
    }

    private static unsafe AlignedBuffer Floats(double[] values)
    {
        AlignedBuffer buffer = new(values.Length);
        Array.ConvertAll(values, value => (float)value).CopyTo(buffer.Span);
        return buffer;
    }

    private static AlignedBuffer Guarded(int length)
    {
        AlignedBuffer buffer = new(length + 2 * AlignedBuffer.Line);
        buffer.Span.Fill(PlanesBuffer.Sentinel);
        return buffer;
    }

    private static void AssertGradient(double[] expected, AlignedBuffer dw, object context)
    {
        float[] all = dw.Span.ToArray();
        double[] inside = Array.ConvertAll(all[AlignedBuffer.Line..^AlignedBuffer.Line], value => (double)value);
        Approximately.Equal(expected, inside, 10 * Tolerance, context);
        Assert.All(all[..AlignedBuffer.Line], guard => Assert.Equal(PlanesBuffer.Sentinel, guard));
        Assert.All(all[^AlignedBuffer.Line..], guard => Assert.Equal(PlanesBuffer.Sentinel, guard));
    }

    private interface ICheck
    {
        void Run<V>(Known known)
            where V : struct, IVector<V>;
    }

    /// <summary>A convolution and what the definition makes of it.</summary>
    private sealed class Known
    {
        public Known(Shape input, Conv2D layer)
        {
            OperationGraph graph = Network.Sequential(layer).Lower(input);
            Geometry = graph.Operations.Select(operation => operation.Primitive).OfType<ConvolutionPrimitive>().Single().Geometry;
            X = Batch.WithoutTies(Images, input, seed: 1);
            Weights = Batch.WithoutTies(1, Shape.Flat(Geometry.WeightCount), seed: 2).Values;
            Bias = Batch.WithoutTies(1, Shape.Flat(layer.Filters), seed: 3).Values;
            ReferenceBuffers buffers = new(new Dictionary<string, double[]> { ["weight"] = Weights, ["bias"] = Bias });
            ConvolutionReference reference = new(layer, input, buffers);
            Y = reference.Forward(X);
            Dy = Batch.WithoutTies(Images, Y.Shape, seed: 4);
            Dx = reference.Backward(X, Dy);
            Dw = buffers.Gradients["weight"];
            Name = $"{layer.Filters} filters of {layer.Kernel} on {input}";
        }

        public ConvolutionGeometry Geometry { get; }
        public Batch X { get; }
        public Batch Y { get; }
        public Batch Dx { get; }
        public Batch Dy { get; }
        public double[] Weights { get; }
        public double[] Bias { get; }
        public double[] Dw { get; }
        public string Name { get; }

        public Batch Rectified => Y.Select(value => Math.Max(0, value));
    }

    private sealed unsafe class DirectForwardCheck : ICheck
    {
        public void Run<V>(Known known)
            where V : struct, IVector<V>
        {
            using PlanesBuffer x = WithZeros(known.X, Layout.Channels, V.Count, known.Geometry.Window.Halo);
            using PlanesBuffer y = new(Layout.Channels, V.Count, Images, known.Y.Shape, new Halo(1, 2, 1, 0));
            using AlignedBuffer weights = Floats(known.Weights);
            using AlignedBuffer bias = Floats(known.Bias);
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

    private sealed unsafe class DirectDataCheck : ICheck
    {
        public void Run<V>(Known known)
            where V : struct, IVector<V>
        {
            using PlanesBuffer dy = WithZeros(known.Dy, Layout.Channels, V.Count, known.Geometry.GradientHalo);
            using PlanesBuffer dx = new(Layout.Channels, V.Count, Images, known.X.Shape, new Halo(1, 2, 1, 0));
            using AlignedBuffer weights = Floats(known.Weights);
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

    private sealed unsafe class DirectWeightCheck : ICheck
    {
        public void Run<V>(Known known)
            where V : struct, IVector<V>
        {
            using PlanesBuffer x = WithZeros(known.X, Layout.Channels, V.Count, known.Geometry.Window.Halo);
            using PlanesBuffer dy = PlanesBuffer.Of(known.Dy, Layout.Channels, V.Count, new Halo(1, 2, 1, 0));
            using AlignedBuffer dw = Guarded(known.Dw.Length);
            DirectWeightGradient<V> kernel = new(known.Geometry);
            float* target = dw.Data + AlignedBuffer.Line;
            for (int piece = 0; piece < kernel.Pieces; piece++)
            {
                kernel.Run(x.Planes, dy.Planes, target, piece, piece + 1, accumulate: false);
            }

            AssertGradient(known.Dw, dw, (typeof(V).Name, known.Name));
            kernel.Run(x.Planes, dy.Planes, target, 0, kernel.Pieces, accumulate: true);
            AssertGradient(Array.ConvertAll(known.Dw, value => 2 * value), dw, (typeof(V).Name, known.Name, "accumulated"));
        }
    }

    private sealed unsafe class LaneForwardCheck : ICheck
    {
        public void Run<V>(Known known)
            where V : struct, IVector<V>
        {
            using PlanesBuffer x = WithZeros(known.X, Layout.Images, V.Count, known.Geometry.Window.Halo);
            using PlanesBuffer y = new(Layout.Images, V.Count, Images, known.Y.Shape, new Halo(1, 2, 1, 0));
            using AlignedBuffer weights = Floats(known.Weights);
            using AlignedBuffer bias = Floats([.. known.Bias.SelectMany(value => Enumerable.Repeat(value, V.Count))]);
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

    private sealed unsafe class LaneDataCheck : ICheck
    {
        public void Run<V>(Known known)
            where V : struct, IVector<V>
        {
            using PlanesBuffer dy = WithZeros(known.Dy, Layout.Images, V.Count, known.Geometry.GradientHalo);
            using PlanesBuffer dx = new(Layout.Images, V.Count, Images, known.X.Shape, new Halo(1, 2, 1, 0));
            using AlignedBuffer weights = Floats(known.Weights);
            LaneDataGradient<V> kernel = new(known.Geometry, dy.Planes);
            for (int group = 0; group * V.Count < Images; group++)
            {
                kernel.Run(dy.Planes, dx.Planes, group, weights.Data);
            }

            Approximately.Equal(known.Dx, dx.Read(), Tolerance, (typeof(V).Name, known.Name));
            dx.AssertGuards();
        }
    }

    private sealed unsafe class LaneWeightCheck : ICheck
    {
        public void Run<V>(Known known)
            where V : struct, IVector<V>
        {
            using PlanesBuffer x = WithZeros(known.X, Layout.Images, V.Count, known.Geometry.Window.Halo);
            using PlanesBuffer dy = PlanesBuffer.Of(known.Dy, Layout.Images, V.Count, new Halo(1, 2, 1, 0));
            using AlignedBuffer dw = Guarded(known.Dw.Length);
            LaneWeightGradient<V> kernel = new(known.Geometry, x.Planes, dy.Planes);
            using AlignedBuffer sums = new(kernel.SumsLength);
            for (int group = 0; group * V.Count < Images; group++)
            {
                kernel.Run(x.Planes, dy.Planes, group, sums.Data, accumulate: group > 0);
            }

            kernel.AddLanes(sums.Data, dw.Data + AlignedBuffer.Line);
            AssertGradient(known.Dw, dw, (typeof(V).Name, known.Name));
        }
    }

    private sealed unsafe class LaneWinogradForwardCheck : ICheck
    {
        public void Run<V>(Known known)
            where V : struct, IVector<V>
        {
            LaneWinograd<V> sizes = new(known.Geometry);
            LaneWinogradForward<V> kernel = new(sizes);
            using PlanesBuffer x = WithZeros(known.X, Layout.Images, V.Count, known.Geometry.Window.Halo);
            using PlanesBuffer y = new(Layout.Images, V.Count, Images, known.Y.Shape, new Halo(1, 2, 1, 0));
            using AlignedBuffer weights = Floats(known.Weights);
            using AlignedBuffer bias = Floats([.. known.Bias.SelectMany(value => Enumerable.Repeat(value, V.Count))]);
            using AlignedBuffer filters = new(sizes.FiltersLength);
            using AlignedBuffer inputs = new(sizes.Input.Length);
            using AlignedBuffer scratch = new(kernel.ScratchLength);
            sizes.TransformFilters(weights.Data, filters.Data);
            foreach (bool rectify in new[] { false, true })
            {
                for (int group = 0; group * V.Count < Images; group++)
                {
                    kernel.TransformInput(x.Planes, group, inputs.Data);
                    kernel.Run(inputs.Data, y.Planes, group, filters.Data, bias.Data, rectify, scratch.Data);
                }

                Approximately.Equal(rectify ? known.Rectified : known.Y, y.Read(), PointTolerance, (typeof(V).Name, known.Name));
                y.AssertGuards();
            }
        }
    }

    private sealed unsafe class LaneWinogradGradientsCheck : ICheck
    {
        public void Run<V>(Known known)
            where V : struct, IVector<V>
        {
            LaneWinograd<V> sizes = new(known.Geometry);
            LaneWinogradForward<V> forward = new(sizes);
            LaneWinogradGradients<V> kernel = new(sizes);
            using PlanesBuffer x = WithZeros(known.X, Layout.Images, V.Count, known.Geometry.Window.Halo);
            using PlanesBuffer dy = PlanesBuffer.Of(known.Dy, Layout.Images, V.Count, new Halo(1, 2, 1, 0));
            using PlanesBuffer dx = new(Layout.Images, V.Count, Images, known.X.Shape, new Halo(1, 2, 1, 0));
            using AlignedBuffer weights = Floats(known.Weights);
            using AlignedBuffer filters = new(sizes.FiltersLength);
            using AlignedBuffer inputs = new(sizes.Input.Length);
            using AlignedBuffer gradient = new(sizes.Gradient.Length);
            using AlignedBuffer scratch = new(kernel.ScratchLength);
            using AlignedBuffer sums = new(sizes.FiltersLength);
            using AlignedBuffer dw = Guarded(known.Dw.Length);
            sizes.TransformFilters(weights.Data, filters.Data);
            gradient.Span.Fill(PlanesBuffer.Sentinel);
            for (int group = 0; group * V.Count < Images; group++)
            {
                forward.TransformInput(x.Planes, group, inputs.Data);
                kernel.TransformGradient(dy.Planes, group, gradient.Data);
                kernel.RunWeights(inputs.Data, gradient.Data, sums.Data, accumulate: group > 0, scratch.Data);
                kernel.RunData(filters.Data, gradient.Data, dx.Planes, group, scratch.Data);
            }

            sizes.AddUpPoints(sums.Data, dw.Data + AlignedBuffer.Line);
            Approximately.Equal(known.Dx, dx.Read(), PointTolerance, (typeof(V).Name, known.Name));
            dx.AssertGuards();
            AssertGradient(known.Dw, dw, (typeof(V).Name, known.Name));
        }
    }
}
