using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Tests.Testing;

/// <summary>Floats, all of them <see cref="PlanesBuffer.Sentinel"/> at first, between guards of the same.</summary>
internal sealed unsafe class GuardedFloats(long length) : IDisposable
{
    private readonly AlignedBuffer memory = Filled(length + 2 * AlignedBuffer.Line);

    public float* Data => memory.Data + AlignedBuffer.Line;

    public static GuardedFloats Of(double[] values)
    {
        GuardedFloats floats = new(values.Length);
        Array.ConvertAll(values, value => (float)value).CopyTo(new Span<float>(floats.Data, values.Length));
        return floats;
    }

    public double[] Read() => Array.ConvertAll(memory.Span[AlignedBuffer.Line..^AlignedBuffer.Line].ToArray(), value => (double)value);

    public void AssertGuards()
    {
        Assert.All(memory.Span[..AlignedBuffer.Line].ToArray(), guard => Assert.Equal(PlanesBuffer.Sentinel, guard));
        Assert.All(memory.Span[^AlignedBuffer.Line..].ToArray(), guard => Assert.Equal(PlanesBuffer.Sentinel, guard));
    }

    public void Dispose() => memory.Dispose();

    private static AlignedBuffer Filled(long length)
    {
        AlignedBuffer buffer = new(length);
        buffer.Span.Fill(PlanesBuffer.Sentinel);
        return buffer;
    }
}
