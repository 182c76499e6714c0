using Microsoft.ML.Cnn.Kernels.Convolution;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;
using Microsoft.ML.Cnn.Tests.Kernels.Reference;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Kernels;

/// <summary>The passes of a known convolution whose sums at points stay in registers, with images in the lanes of a width and guards around all results.</summary>
internal static unsafe class ShallowWinogradRuns<V>
    where V : struct, IVector<V>
{
    public static Batch Forward(KnownConvolution known, bool rectify = false)
    {
        ShallowWinograd<V> sizes = new(known.Geometry);
        ShallowForward<V> kernel = new(sizes);
        using PlanesBuffer x = PlanesBuffer.WithZeros(known.X, Layout.Images, V.Count, known.Geometry.Window.Halo);
        using PlanesBuffer y = new(Layout.Images, V.Count, known.X.Images, known.Y.Shape, new Halo(1, 2, 1, 0));
        using GuardedFloats weights = GuardedFloats.Of(known.Weights);
        using GuardedFloats bias = GuardedFloats.Of([.. known.Bias.SelectMany(value => Enumerable.Repeat(value, V.Count))]);
        using GuardedFloats filters = new(sizes.FilterGroups * sizes.GroupLength);
        using AlignedBuffer inputs = new(sizes.InputLength);
        sizes.TransformFilters(weights.Data, filters.Data);
        for (int group = 0; group * V.Count < known.X.Images; group++)
        {
            kernel.Run(x.Planes, y.Planes, group, filters.Data, bias.Data, rectify, inputs.Data);
        }

        y.AssertGuards();
        filters.AssertGuards();
        return y.Read();
    }

    public static double[] WeightGradient(KnownConvolution known)
    {
        ShallowWinograd<V> sizes = new(known.Geometry);
        ShallowWeightGradient<V> kernel = new(sizes);
        using PlanesBuffer x = PlanesBuffer.WithZeros(known.X, Layout.Images, V.Count, known.Geometry.Window.Halo);
        using PlanesBuffer dy = PlanesBuffer.Of(known.Dy, Layout.Images, V.Count, new Halo(1, 2, 1, 0));
        using AlignedBuffer scratch = new(kernel.ScratchLength);
        using GuardedFloats sums = new(sizes.GradientLength);
        using GuardedFloats dw = new(known.Dw.Length);
        for (int group = 0; group * V.Count < known.X.Images; group++)
        {
            kernel.Run(x.Planes, dy.Planes, group, sums.Data, accumulate: group > 0, scratch.Data);
        }

        sizes.AddUpPoints(sums.Data, dw.Data);
        sums.AssertGuards();
        dw.AssertGuards();
        return dw.Read();
    }
}
