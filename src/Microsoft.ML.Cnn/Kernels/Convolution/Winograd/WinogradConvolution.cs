using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>Which convolutions there is an algorithm for.</summary>
internal static class WinogradConvolution
{
    /// <summary>Square filters of 3 or 5 taps, at stride one and without dilation.</summary>
    public static bool Applies(ConvolutionGeometry geometry) =>
        geometry is { Rows: { Stride: 1, Dilation: 1 }, Columns: { Stride: 1, Dilation: 1 } }
        && geometry.Rows.Kernel == geometry.Columns.Kernel
        && geometry.Rows.Kernel is 3 or 5;
}
