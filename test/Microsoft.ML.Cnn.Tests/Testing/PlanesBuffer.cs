using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Tests.Testing;

/// <summary>
/// Planes of either layout with a halo and a guard around them. All that is not a pixel holds a sentinel: a kernel that reads
/// it computes nonsense, and one that writes it is found out by <see cref="AssertGuards"/>.
/// </summary>
internal sealed unsafe class PlanesBuffer : IDisposable
{
    public const float Sentinel = 12345f;

    private const int Guard = 32;

    private readonly AlignedBuffer memory;
    private readonly Layout layout;
    private readonly int images;
    private readonly Shape shape;

    public PlanesBuffer(Layout layout, int lanes, int images, Shape shape, Halo halo = default)
    {
        this.layout = layout;
        this.images = images;
        this.shape = shape;
        int count = layout == Layout.Channels ? images : (images + lanes - 1) / lanes * shape.Channels;
        int pixel = layout == Layout.Channels ? shape.Channels : lanes;
        nint rowPitch = (shape.Width + halo.Left + halo.Right) * pixel;
        nint planePitch = rowPitch * (shape.Height + halo.Top + halo.Bottom);
        memory = new AlignedBuffer(count * planePitch + 2 * Guard);
        memory.Span.Fill(Sentinel);
        float* first = memory.Data + Guard + halo.Top * rowPitch + halo.Left * pixel;
        Planes = new Planes((nint)first, count, shape.Height, shape.Width, pixel, rowPitch, planePitch);
    }

    public Planes Planes { get; }

    public static PlanesBuffer Of(Batch batch, Layout layout, int lanes, Halo halo = default)
    {
        PlanesBuffer buffer = new(layout, lanes, batch.Images, batch.Shape, halo);
        buffer.Write(batch);
        return buffer;
    }

    /// <summary>As <see cref="Of"/>, but with zeros in the halo.</summary>
    public static PlanesBuffer WithZeros(Batch batch, Layout layout, int lanes, Halo halo)
    {
        PlanesBuffer buffer = new(layout, lanes, batch.Images, batch.Shape, halo);
        Planes planes = buffer.Planes;
        for (int plane = 0; plane < planes.Count; plane++)
        for (int row = -halo.Top; row < planes.Height + halo.Bottom; row++)
        {
            new Span<float>(planes.Pixel(plane, row, -halo.Left), (halo.Left + planes.Width + halo.Right) * planes.PixelLength).Clear();
        }

        buffer.Write(batch);
        return buffer;
    }

    public void Dispose() => memory.Dispose();

    /// <summary>Lanes without an image are left with <paramref name="dead"/>.</summary>
    public void Write(Batch batch, float dead = 0)
    {
        ForEachPixel(pixel => new Span<float>((void*)pixel, Planes.PixelLength).Fill(dead));
        ForEachValue((image, row, column, channel, address) => *(float*)address = (float)batch[image, row, column, channel]);
    }

    public Batch Read()
    {
        Batch batch = new(images, shape);
        ForEachValue((image, row, column, channel, address) => batch[image, row, column, channel] = *(float*)address);
        return batch;
    }

    /// <summary>What lies in the lanes that hold no image.</summary>
    public float[] ReadDeadLanes()
    {
        List<float> dead = [];
        if (layout == Layout.Images)
        {
            int live = images - (Planes.Count / shape.Channels - 1) * Planes.PixelLength;
            int firstPlane = Planes.Count - shape.Channels;
            for (int plane = firstPlane; plane < Planes.Count; plane++)
            for (int row = 0; row < shape.Height; row++)
            for (int column = 0; column < shape.Width; column++)
            for (int lane = live; lane < Planes.PixelLength; lane++)
            {
                dead.Add(Planes.Pixel(plane, row, column)[lane]);
            }
        }

        return [.. dead];
    }

    public void AssertGuards()
    {
        bool[] isPixel = new bool[memory.Length];
        ForEachPixel(pixel => isPixel.AsSpan((int)((float*)pixel - memory.Data), Planes.PixelLength).Fill(true));
        for (long i = 0; i < memory.Length; i++)
        {
            if (memory.Data[i] != Sentinel && !isPixel[i])
            {
                Assert.Fail($"Float {i} outside the pixels was overwritten with {memory.Data[i]}.");
            }
        }
    }

    private void ForEachPixel(Action<nint> visit)
    {
        for (int plane = 0; plane < Planes.Count; plane++)
        for (int row = 0; row < Planes.Height; row++)
        for (int column = 0; column < Planes.Width; column++)
        {
            visit((nint)Planes.Pixel(plane, row, column));
        }
    }

    private void ForEachValue(Action<int, int, int, int, nint> visit)
    {
        for (int image = 0; image < images; image++)
        for (int row = 0; row < shape.Height; row++)
        for (int column = 0; column < shape.Width; column++)
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            float* address =
                layout == Layout.Channels
                    ? Planes.Pixel(image, row, column) + channel
                    : Planes.Pixel(image / Planes.PixelLength * shape.Channels + channel, row, column) + image % Planes.PixelLength;
            visit(image, row, column, channel, (nint)address);
        }
    }
}
