using Microsoft.ML.Cnn.Kernels.Convolution;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;
using Microsoft.ML.Cnn.Tests.Kernels.Reference;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Kernels;

/// <summary>The passes of a known convolution along rows of points, with images in the lanes of a width and guards around all results.</summary>
internal static unsafe class LaneWinogradRuns<V>
    where V : struct, IVector<V>
{
    public static Batch Forward(KnownConvolution known, bool rectify = false)
    {
        LaneWinograd<V> sizes = new(known.Geometry);
        LaneWinogradForward<V> kernel = new(sizes);
        using PlanesBuffer x = PlanesBuffer.WithZeros(known.X, Layout.Images, V.Count, known.Geometry.Window.Halo);
        using PlanesBuffer y = new(Layout.Images, V.Count, known.X.Images, known.Y.Shape, new Halo(1, 2, 1, 0));
        using GuardedFloats weights = GuardedFloats.Of(known.Weights);
        using GuardedFloats bias = GuardedFloats.Of([.. known.Bias.SelectMany(value => Enumerable.Repeat(value, V.Count))]);
        using AlignedBuffer filters = new(sizes.FiltersLength);
        using AlignedBuffer inputs = new(sizes.Input.Length);
        using AlignedBuffer scratch = new(kernel.ScratchLength);
        sizes.TransformFilters(weights.Data, filters.Data);
        for (int group = 0; group * V.Count < known.X.Images; group++)
        {
            kernel.TransformInput(x.Planes, group, inputs.Data);
            kernel.Run(inputs.Data, y.Planes, group, filters.Data, bias.Data, rectify, scratch.Data);
        }

        y.AssertGuards();
        return y.Read();
    }

    public static (Batch Dx, double[] Dw) Gradients(KnownConvolution known)
    {
        LaneWinograd<V> sizes = new(known.Geometry);
        LaneWinogradForward<V> forward = new(sizes);
        LaneWinogradGradients<V> kernel = new(sizes);
        using PlanesBuffer x = PlanesBuffer.WithZeros(known.X, Layout.Images, V.Count, known.Geometry.Window.Halo);
        using PlanesBuffer dy = PlanesBuffer.Of(known.Dy, Layout.Images, V.Count, new Halo(1, 2, 1, 0));
        using PlanesBuffer dx = new(Layout.Images, V.Count, known.X.Images, known.X.Shape, new Halo(1, 2, 1, 0));
        using GuardedFloats weights = GuardedFloats.Of(known.Weights);
        using AlignedBuffer filters = new(sizes.FiltersLength);
        using AlignedBuffer inputs = new(sizes.Input.Length);
        using AlignedBuffer gradient = new(sizes.Gradient.Length);
        using AlignedBuffer scratch = new(kernel.ScratchLength);
        using AlignedBuffer sums = new(sizes.FiltersLength);
        using GuardedFloats dw = new(known.Dw.Length);
        sizes.TransformFilters(weights.Data, filters.Data);
        gradient.Span.Fill(PlanesBuffer.Sentinel);
        for (int group = 0; group * V.Count < known.X.Images; group++)
        {
            forward.TransformInput(x.Planes, group, inputs.Data);
            kernel.TransformGradient(dy.Planes, group, gradient.Data);
            kernel.RunWeights(inputs.Data, gradient.Data, sums.Data, accumulate: group > 0, scratch.Data);
            kernel.RunData(filters.Data, gradient.Data, dx.Planes, group, scratch.Data);
        }

        sizes.AddUpPoints(sums.Data, dw.Data);
        dx.AssertGuards();
        dw.AssertGuards();
        return (dx.Read(), dw.Read());
    }
}
