using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Training;

/// <summary>
/// Shuffles a stream in bounded memory: it fills up first, then gives out a random row and puts the next of the stream in its place. Rows
/// that all find room come out in a uniformly random order. Which numbers are drawn follows from the key alone.
/// </summary>
internal sealed unsafe class ShuffleBuffer : IDisposable
{
    /// <summary>What a buffer takes at most unless told otherwise: 85,000 images of 28 x 28 floats, 445 of 224 x 224 x 3.</summary>
    public const long DefaultBytes = 256L << 20;

    private readonly int rowLength;
    private readonly AlignedBuffer rows;
    private readonly int[] labels;
    private readonly float[] weights;
    private readonly uint[] rowKeys;
    private int count;
    private bool ended;
    private uint key;
    private uint draws;

    /// <param name="capacity">Rows, at least 1.</param>
    /// <param name="rowLength">Pixels and targets of a row.</param>
    public ShuffleBuffer(int capacity, int rowLength)
    {
        this.rowLength = rowLength;
        rows = new AlignedBuffer((long)capacity * rowLength);
        labels = new int[capacity];
        weights = new float[capacity];
        rowKeys = new uint[capacity];
    }

    public int Capacity => labels.Length;

    /// <summary>That of the row given out last, as its stream told.</summary>
    public uint RowKey { get; private set; }

    /// <summary>The capacity for a source: all of its rows where the default memory holds them.</summary>
    public static int DefaultCapacity(long rows, int rowLength) =>
        (int)Math.Max(1, Math.Min(rows, DefaultBytes / sizeof(float) / rowLength));

    /// <summary>Begins another pass: forgets what is left of the last, and fills up.</summary>
    /// <param name="stream">Rows in their own order.</param>
    /// <param name="key">Of the random numbers.</param>
    public void Fill(IExampleReader stream, uint key)
    {
        (this.key, draws, count, ended) = (key, 0, 0, false);
        while (count < Capacity && Receive(stream, count))
        {
            count++;
        }
    }

    /// <summary>Gives out a random row, and takes another from the stream.</summary>
    /// <returns>Whether there was one: false once stream and buffer are empty.</returns>
    public bool Read(IExampleReader stream, Span<float> row, out int label, out float weight)
    {
        if (count == 0)
        {
            (label, weight) = (0, 0);
            return false;
        }

        int drawn = (int)((ulong)RandomBits.Hash(key, draws++) * (uint)count >> 32);
        Row(drawn).CopyTo(row);
        (label, weight, RowKey) = (labels[drawn], weights[drawn], rowKeys[drawn]);
        if (!Receive(stream, drawn))
        {
            count--;
            Row(count).CopyTo(Row(drawn));
            (labels[drawn], weights[drawn], rowKeys[drawn]) = (labels[count], weights[count], rowKeys[count]);
        }

        return true;
    }

    public void Dispose() => rows.Dispose();

    private bool Receive(IExampleReader stream, int row)
    {
        ended = ended || !stream.Read(Row(row), out labels[row], out weights[row]);
        if (!ended)
        {
            rowKeys[row] = stream.RowKey;
        }

        return !ended;
    }

    private Span<float> Row(int row) => new(rows.Data + (nint)row * rowLength, rowLength);
}
