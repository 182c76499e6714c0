namespace Microsoft.ML.Cnn.Kernels;

/// <summary>
/// Images as rows of values, one row an image, in any order of height, width and channel: a batch as it is read, or the flat
/// rows that a dense layer takes.
/// </summary>
/// <param name="Address">Of the first row.</param>
/// <param name="ImagePitch">Floats from an image to the next.</param>
/// <param name="RowStep">Floats from a row of pixels to the next.</param>
/// <param name="ColumnStep">Floats from a pixel to the next.</param>
/// <param name="ChannelStep">Floats from a channel to the next.</param>
internal readonly unsafe record struct PixelRows(nint Address, nint ImagePitch, nint RowStep, nint ColumnStep, nint ChannelStep)
{
    /// <summary>Rows in the order height, width, channel.</summary>
    public static PixelRows Interleaved(float* data, nint imagePitch, Shape shape) =>
        new((nint)data, imagePitch, (nint)shape.Width * shape.Channels, shape.Channels, 1);

    /// <summary>Rows in the order channel, height, width.</summary>
    public static PixelRows Planar(float* data, nint imagePitch, Shape shape) =>
        new((nint)data, imagePitch, shape.Width, 1, (nint)shape.Height * shape.Width);

    public float* Row(int image, int row) => (float*)Address + image * ImagePitch + row * RowStep;
}
