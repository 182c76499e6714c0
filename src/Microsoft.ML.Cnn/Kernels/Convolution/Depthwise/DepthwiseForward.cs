using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Depthwise;

/// <summary>y = x * w + bias where each channel has a filter of its own, with channels in the lanes. x has a halo of zeros as far as windows reach.</summary>
internal sealed unsafe class DepthwiseForward<V>
    where V : struct, IVector<V>
{
    private readonly ConvolutionGeometry geometry;
    private readonly TapSum<V> sum;

    /// <param name="geometry">The convolution, with as many groups as channels and filters.</param>
    /// <param name="rowPitch">Of x.</param>
    public DepthwiseForward(ConvolutionGeometry geometry, nint rowPitch)
    {
        this.geometry = geometry;
        int channels = geometry.InputChannels;
        sum = new TapSum<V>(
            from row in Enumerable.Range(0, geometry.Rows.Kernel)
            from column in Enumerable.Range(0, geometry.Columns.Kernel)
            select new Stretch(
                row * geometry.Rows.Dilation * rowPitch + (nint)column * geometry.Columns.Dilation * channels,
                ((nint)row * geometry.Columns.Kernel + column) * channels
            ),
            channels,
            (nint)geometry.Columns.Stride * channels,
            channels
        );
    }

    /// <summary>All images given.</summary>
    /// <param name="weights">[tap, channel]</param>
    /// <param name="bias">One number a channel; null for none.</param>
    public void Run(Planes x, Planes y, float* weights, float* bias, bool rectify)
    {
        for (int image = 0; image < y.Count; image++)
        {
            for (int row = 0; row < y.Height; row++)
            {
                float* corner = x.Pixel(image, row * geometry.Rows.Stride - geometry.Rows.Before, -geometry.Columns.Before);
                sum.Run(corner, y.Row(image, row), y.Width, weights, bias, rectify ? 0 : float.NegativeInfinity);
            }
        }
    }
}
