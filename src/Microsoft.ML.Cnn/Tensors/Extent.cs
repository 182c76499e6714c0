namespace Microsoft.ML.Cnn.Tensors;

/// <summary>
/// One direction (rows or columns) of a window that slides over an image: a convolution or a pooling. Layers check the
/// sizes; here they are taken as valid.
/// </summary>
/// <param name="Input">Pixels.</param>
/// <param name="Kernel">Taps of the window.</param>
/// <param name="Stride">Pixels from a window to the next.</param>
/// <param name="Dilation">Pixels from a tap to the next.</param>
/// <param name="Before">Padding before the first pixel.</param>
/// <param name="After">Padding after the last pixel.</param>
/// <param name="Output">Windows: given, since a layer decides how an uneven division is rounded.</param>
internal readonly record struct Extent(int Input, int Kernel, int Stride, int Dilation, int Before, int After, int Output)
{
    /// <summary>Pixels a window spans: 5 for 3 taps with dilation 2.</summary>
    public int Span => (Kernel - 1) * Dilation + 1;

    /// <summary>Pixels that windows reach before the first pixel.</summary>
    public int HaloBefore => Before;

    /// <summary>Pixels that windows reach after the last pixel.</summary>
    public int HaloAfter => Math.Max(0, (Output - 1) * Stride + Span - Before - Input);

    /// <summary>The pixel under a tap of a window; outside the image it is negative or at least <see cref="Input"/>.</summary>
    public int Pixel(int window, int tap) => window * Stride + tap * Dilation - Before;
}
