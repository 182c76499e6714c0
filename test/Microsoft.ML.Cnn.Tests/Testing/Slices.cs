using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Tests.Testing;

/// <summary>A batch cut into slices, each in planes of its own, as a plan runs it.</summary>
internal sealed class Slices : IDisposable
{
    private readonly PlanesBuffer[] buffers;
    private readonly int images;
    private readonly Shape shape;

    public Slices(Batch batch, int[] sizes, Layout layout, int lanes, float dead = 0)
    {
        images = batch.Images;
        shape = batch.Shape;
        buffers = new PlanesBuffer[sizes.Length];
        int first = 0;
        for (int slice = 0; slice < sizes.Length; slice++)
        {
            int length = (int)shape.Length;
            Batch part = new(sizes[slice], shape, batch.Values[(first * length)..((first + sizes[slice]) * length)]);
            buffers[slice] = new PlanesBuffer(layout, lanes, sizes[slice], shape, new Halo(1, 0, 2, 1));
            buffers[slice].Write(part, dead);
            first += sizes[slice];
        }
    }

    public PlanesBuffer this[int slice] => buffers[slice];

    public Batch Read() => new(images, shape, [.. buffers.SelectMany(buffer => buffer.Read().Values)]);

    public void Dispose()
    {
        foreach (PlanesBuffer buffer in buffers)
        {
            buffer.Dispose();
        }
    }
}
