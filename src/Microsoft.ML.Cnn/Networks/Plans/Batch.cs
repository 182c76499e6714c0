using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans;

/// <summary>
/// Examples on their way into a plan: rows of pixels as they come, each with its targets behind it, labels and weights. Filled by one thread while another batch is
/// computed.
/// </summary>
internal sealed unsafe class Batch : IDisposable
{
    /// <summary>The label of a row that has none: it counts for nothing.</summary>
    public const int NoLabel = -1;

    private readonly AlignedBuffer pixels;

    /// <param name="capacity">Rows, at least 1.</param>
    /// <param name="pixelsPerRow">Values of an image.</param>
    /// <param name="targetsPerRow">Numbers that outputs are compared with.</param>
    public Batch(int capacity, int pixelsPerRow, int targetsPerRow = 0)
    {
        Capacity = capacity;
        PixelsPerRow = pixelsPerRow;
        RowLength = pixelsPerRow + targetsPerRow;
        pixels = new AlignedBuffer((long)capacity * RowLength);
        Labels = new int[capacity];
        Weights = new float[capacity];
        SecondLabels = new int[capacity];
        SecondWeights = new float[capacity];
        RowKeys = new uint[capacity];
    }

    public int Capacity { get; }

    public int PixelsPerRow { get; }

    /// <summary>Pixels and targets of a row.</summary>
    public int RowLength { get; }

    /// <summary>Rows that are filled.</summary>
    public int Count { get; set; }

    /// <summary>Classes counted from 0, or <see cref="NoLabel"/>.</summary>
    public int[] Labels { get; }

    /// <summary>Example weights, at least 0.</summary>
    public float[] Weights { get; }

    /// <summary>The other class of a row that two classes share.</summary>
    public int[] SecondLabels { get; }

    /// <summary>What the other class weighs, beside the weight of the first; 0 where a row has none.</summary>
    public float[] SecondWeights { get; }

    /// <summary>Numbers that rows keep from pass to pass, where whoever fills the batch knows them.</summary>
    public uint[] RowKeys { get; }

    public float* Pixels => pixels.Data;

    /// <summary>The pixels of a row, in the order the model takes them, and its targets.</summary>
    public Span<float> Row(int row) => new(pixels.Data + (nint)row * RowLength, RowLength);

    /// <summary>The targets of a row; those of the next lie <see cref="RowLength"/> further.</summary>
    public float* Targets(int row) => pixels.Data + (nint)row * RowLength + PixelsPerRow;

    public void Dispose() => pixels.Dispose();
}
