using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Training.Augmentations;

/// <summary>Where one thread changes one image after another: the image, and memory to change it in.</summary>
/// <param name="grid">Of all images.</param>
internal sealed unsafe class Canvas(PixelGrid grid) : IDisposable
{
    private readonly AlignedBuffer spare = new(grid.Length);
    private readonly AlignedBuffer line = new(grid.RowLength);
    private readonly Tap[] taps = new Tap[grid.Width];
    private float* image;

    public PixelGrid Grid => grid;

    /// <summary>The image as it is now.</summary>
    public float* Pixels { get; private set; }

    /// <summary>Room for an image; <see cref="Swap"/> makes it the image.</summary>
    public float* Spare { get; private set; }

    /// <summary>Room for a row.</summary>
    public float* Line => line.Data;

    /// <summary>Room for one a column.</summary>
    public Span<Tap> Taps => taps;

    /// <summary>Begins with an image.</summary>
    public void Begin(float* pixels)
    {
        image = pixels;
        Pixels = pixels;
        Spare = spare.Data;
    }

    public void Swap()
    {
        float* pixels = Pixels;
        Pixels = Spare;
        Spare = pixels;
    }

    /// <summary>Brings the image back to where it was.</summary>
    public void End()
    {
        if (Pixels != image)
        {
            new ReadOnlySpan<float>(Pixels, grid.Length).CopyTo(new Span<float>(image, grid.Length));
        }
    }

    public void Dispose()
    {
        spare.Dispose();
        line.Dispose();
    }
}
