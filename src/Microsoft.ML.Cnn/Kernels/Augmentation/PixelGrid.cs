namespace Microsoft.ML.Cnn.Kernels;

/// <summary>
/// One image as planes of rows of pixels, without gaps. Interleaved it is one plane, whose pixels have a value for each channel; planar it
/// is a plane for each channel.
/// </summary>
/// <param name="Planes">Planes, one after another.</param>
/// <param name="Height">Rows of a plane.</param>
/// <param name="Width">Pixels of a row.</param>
/// <param name="Step">Values of a pixel in a plane, and floats from a pixel to the next.</param>
internal readonly unsafe record struct PixelGrid(int Planes, int Height, int Width, int Step)
{
    /// <summary>In the order height, width, channel.</summary>
    public static PixelGrid Interleaved(Shape shape) => new(1, shape.Height, shape.Width, shape.Channels);

    /// <summary>In the order channel, height, width.</summary>
    public static PixelGrid Planar(Shape shape) => new(shape.Channels, shape.Height, shape.Width, 1);

    public int Channels => Planes * Step;

    /// <summary>Floats of a row.</summary>
    public int RowLength => Width * Step;

    /// <summary>Floats of a plane.</summary>
    public int PlaneLength => Height * RowLength;

    /// <summary>Floats of the image.</summary>
    public int Length => Planes * PlaneLength;

    public float* Row(float* image, int plane, int row) => image + plane * PlaneLength + row * RowLength;

    /// <summary>Floats from the beginning of the image to the first value of a channel.</summary>
    public int Offset(int channel) => channel / Step * PlaneLength + channel % Step;

    /// <summary>Writes a row in which each pixel has the value of its channel.</summary>
    /// <param name="row">Receives <see cref="RowLength"/> floats.</param>
    /// <param name="plane">The plane that the row is of.</param>
    /// <param name="values">One a channel.</param>
    public void FillRow(float* row, int plane, ReadOnlySpan<float> values)
    {
        ReadOnlySpan<float> pixel = values.Slice(plane * Step, Step);
        for (int i = 0; i < RowLength; i += Step)
        {
            pixel.CopyTo(new Span<float>(row + i, Step));
        }
    }
}
