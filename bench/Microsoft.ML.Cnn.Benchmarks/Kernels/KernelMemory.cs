using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Benchmarks.Kernels;

/// <summary>Memory full of noise for kernels to work on. It lasts as long as this.</summary>
internal sealed unsafe class KernelMemory
{
    // A buffer that nothing refers to frees itself.
    private readonly List<AlignedBuffer> buffers = [];

    public float* Zeros(long length)
    {
        AlignedBuffer buffer = new(length);
        buffers.Add(buffer);
        return buffer.Data;
    }

    /// <summary>Numbers between -0.5 and 0.5.</summary>
    public float* Random(long length)
    {
        float* data = Zeros(length);
        Random random = new(1);
        foreach (ref float value in new Span<float>(data, checked((int)length)))
        {
            value = random.NextSingle() - 0.5f;
        }

        return data;
    }

    public Matrix Matrix(int rows, int columns) => new(Random((long)rows * columns), rows, columns);

    /// <summary>What a convolution reads, with a halo as far as its windows reach.</summary>
    public Planes Input(ConvolutionGeometry geometry, int planes, int pixelLength)
    {
        int padding = geometry.Rows.Before;
        int side = geometry.Rows.Input + 2 * padding;
        nint rowPitch = (nint)side * pixelLength;
        float* data = Random(planes * side * rowPitch);
        nint first = (nint)(data + padding * rowPitch + padding * pixelLength);
        return new Planes(first, planes, geometry.Rows.Input, geometry.Columns.Input, pixelLength, rowPitch, side * rowPitch);
    }

    /// <summary>Where a convolution's results go.</summary>
    public Planes Output(ConvolutionGeometry geometry, int planes, int pixelLength) =>
        Planes(planes, geometry.Rows.Output, geometry.Columns.Output, pixelLength);

    public Planes Planes(int planes, int height, int width, int pixelLength) =>
        Tensors.Planes.Dense(Random((long)planes * height * width * pixelLength), planes, height, width, pixelLength);
}
