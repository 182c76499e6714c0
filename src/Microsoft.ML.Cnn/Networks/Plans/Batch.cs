using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans;

/// <summary>
/// Examples on their way into a plan: rows of pixels as they come, labels and weights. Filled by one thread while another batch is
/// computed.
/// </summary>
internal sealed unsafe class Batch : IDisposable
{
    /// <summary>The label of a row that has none: it counts for nothing.</summary>
    public const int NoLabel = -1;

    private readonly AlignedBuffer pixels;

    /// <param name="capacity">Rows, at least 1.</param>
    /// <param name="pixelsPerRow">Values of a row.</param>
    public Batch(int capacity, int pixelsPerRow)
    {
        Capacity = capacity;
        PixelsPerRow = pixelsPerRow;
        pixels = new AlignedBuffer((long)capacity * pixelsPerRow);
        Labels = new int[capacity];
        Weights = new float[capacity];
        RowKeys = new uint[capacity];
    }

    public int Capacity { get; }

    public int PixelsPerRow { get; }

    /// <summary>Rows that are filled.</summary>
    public int Count { get; set; }

    /// <summary>Classes counted from 0, or <see cref="NoLabel"/>.</summary>
    public int[] Labels { get; }

    /// <summary>Example weights, at least 0.</summary>
    public float[] Weights { get; }

    /// <summary>Numbers that rows keep from pass to pass, where whoever fills the batch knows them.</summary>
    public uint[] RowKeys { get; }

    public float* Pixels => pixels.Data;

    /// <summary>The pixels of a row, in the order the model takes them.</summary>
    public Span<float> Row(int row) => new(pixels.Data + (nint)row * PixelsPerRow, PixelsPerRow);

    public void Dispose() => pixels.Dispose();
}
