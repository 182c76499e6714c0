using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Benchmarks.Kernels;

/// <summary>Images that are pooled by windows two pixels apart, as many as fit some memory.</summary>
internal sealed class PooledImages
{
    private const int Side = 8;
    private const int Channels = 64;

    private readonly int inputSide;
    private readonly int images;

    private PooledImages(int kernel, int images)
    {
        inputSide = 2 * (Side - 1) + kernel;
        this.images = images;
        Extent extent = new(inputSide, kernel, Stride: 2, Dilation: 1, Before: 0, After: 0, Side);
        Window = new WindowGeometry(extent, extent);
    }

    public KernelMemory Memory { get; } = new();

    public WindowGeometry Window { get; }

    /// <summary>Floats of all images.</summary>
    public long Inputs => (long)images * inputSide * inputSide * Channels;

    /// <summary>Floats of all results.</summary>
    public long Outputs => (long)images * Side * Side * Channels;

    public static PooledImages Of(int kernel, long bytes, int inputs, int outputs)
    {
        PooledImages one = new(kernel, images: 1);
        return new PooledImages(kernel, (int)Math.Max(1, bytes / sizeof(float) / (inputs * one.Inputs + outputs * one.Outputs)));
    }

    public Planes Input() => Memory.Planes(images, inputSide, inputSide, Channels);

    public Planes Output() => Memory.Planes(images, Side, Side, Channels);
}
