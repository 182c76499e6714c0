using Microsoft.ML.Cnn.Kernels.Convolution;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;
using Microsoft.ML.Cnn.Tests.Kernels.Reference;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Kernels;

/// <summary>The passes of a known convolution by the direct kernels of a width, with guards around all that they write.</summary>
internal static unsafe class DirectRuns<V>
    where V : struct, IVector<V>
{
    public static Batch Forward(KnownConvolution known, bool rectify = false)
    {
        using PlanesBuffer x = PlanesBuffer.WithZeros(known.X, Layout.Channels, V.Count, known.Geometry.Window.Halo);
        using PlanesBuffer y = new(Layout.Channels, V.Count, known.Y.Images, known.Y.Shape, new Halo(1, 2, 1, 0));
        using GuardedFloats weights = GuardedFloats.Of(known.Weights);
        using GuardedFloats bias = GuardedFloats.Of(known.Bias);
        DirectForward<V> kernel = new(known.Geometry, x.Planes.RowPitch);
        using GuardedFloats packed = new(kernel.PackedLength);
        for (int piece = 0; piece < kernel.PackPieces; piece++)
        {
            kernel.Pack(weights.Data, packed.Data, piece);
        }

        for (int image = 0; image < y.Planes.Count; image++)
        for (int band = 0; band < kernel.Bands; band++)
        {
            kernel.Run(x.Planes, y.Planes, image, band, packed.Data, bias.Data, rectify);
        }

        packed.AssertGuards();
        y.AssertGuards();
        return y.Read();
    }

    public static Batch DataGradient(KnownConvolution known)
    {
        using PlanesBuffer dy = PlanesBuffer.WithZeros(known.Dy, Layout.Channels, V.Count, known.Geometry.GradientHalo);
        using PlanesBuffer dx = new(Layout.Channels, V.Count, known.X.Images, known.X.Shape, new Halo(1, 2, 1, 0));
        using GuardedFloats weights = GuardedFloats.Of(known.Weights);
        DirectDataGradient<V> kernel = new(known.Geometry, dy.Planes.RowPitch);
        using GuardedFloats packed = new(kernel.PackedLength);
        for (int piece = 0; piece < kernel.PackPieces; piece++)
        {
            kernel.Pack(weights.Data, packed.Data, piece);
        }

        for (int image = 0; image < dx.Planes.Count; image++)
        for (int row = 0; row < dx.Planes.Height; row++)
        {
            kernel.Run(dy.Planes, dx.Planes, image, row, packed.Data);
        }

        packed.AssertGuards();
        dx.AssertGuards();
        return dx.Read();
    }

    /// <param name="known">The convolution.</param>
    /// <param name="times">How often the gradient is added to the first.</param>
    public static double[] WeightGradient(KnownConvolution known, int times = 0)
    {
        using PlanesBuffer x = PlanesBuffer.WithZeros(known.X, Layout.Channels, V.Count, known.Geometry.Window.Halo);
        using PlanesBuffer dy = PlanesBuffer.Of(known.Dy, Layout.Channels, V.Count, new Halo(1, 2, 1, 0));
        using GuardedFloats dw = new(known.Dw.Length);
        DirectWeightGradient<V> kernel = new(known.Geometry);
        for (int piece = 0; piece < kernel.Pieces; piece++)
        {
            kernel.Run(x.Planes, dy.Planes, dw.Data, piece, piece + 1, accumulate: false);
        }

        for (int time = 0; time < times; time++)
        {
            kernel.Run(x.Planes, dy.Planes, dw.Data, 0, kernel.Pieces, accumulate: true);
        }

        dw.AssertGuards();
        return dw.Read();
    }
}
