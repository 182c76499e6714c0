namespace Microsoft.ML.Cnn.Tensors;

/// <summary>What lies side by side in a vector.</summary>
internal enum Layout
{
    /// <summary><c>[image, row, column, channel]</c>: channels in the lanes. Many channels; also flat rows of features.</summary>
    Channels,

    /// <summary><c>[group of images, channel, row, column, image]</c>: images in the lanes. Few channels.</summary>
    Images,
}

/// <summary>
/// Pixels in memory, in either layout: planes of rows of pixels, a pixel being a run of floats whose meaning the layout
/// gives. With channels in the lanes a plane is an image and a pixel holds its channels; with images in the lanes a plane
/// is one channel of a group of images and a pixel holds that channel of each of them. What works pixel by pixel (pooling,
/// activations, dropout) is written once over planes; only what sums over channels knows the layout.
/// </summary>
/// <param name="Address">Of the first pixel of the first plane.</param>
/// <param name="Count">Planes.</param>
/// <param name="Height">Rows of a plane, without a halo.</param>
/// <param name="Width">Pixels of a row, without a halo.</param>
/// <param name="PixelLength">Floats of a pixel; pixels of a row follow each other without a gap.</param>
/// <param name="RowPitch">Floats from a row to the next.</param>
/// <param name="PlanePitch">Floats from a plane to the next.</param>
internal readonly unsafe record struct Planes(
    nint Address,
    int Count,
    int Height,
    int Width,
    int PixelLength,
    nint RowPitch,
    nint PlanePitch
)
{
    public float* Data => (float*)Address;

    /// <summary>Floats of a row, without a halo.</summary>
    public int RowLength => Width * PixelLength;

    public float* Row(int plane, int row) => (float*)Address + plane * PlanePitch + row * RowPitch;

    public float* Pixel(int plane, int row, int column) => Row(plane, row) + (nint)column * PixelLength;

    /// <summary>Planes without a halo in memory that is already there.</summary>
    public static Planes Dense(float* data, int count, int height, int width, int pixelLength) =>
        new((nint)data, count, height, width, pixelLength, (nint)width * pixelLength, (nint)height * width * pixelLength);
}

/// <summary>Pixels kept around each plane, beyond its border.</summary>
internal readonly record struct Halo(int Top, int Left, int Bottom, int Right)
{
    public static Halo None => default;

    public static Halo Union(Halo a, Halo b) =>
        new(Math.Max(a.Top, b.Top), Math.Max(a.Left, b.Left), Math.Max(a.Bottom, b.Bottom), Math.Max(a.Right, b.Right));
}
