using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Training;

/// <summary>
/// Gives the rows of a source in another random order each epoch, by its own shuffling where it can. Where it cannot and its rows do not
/// fit into the shuffle buffer, an epoch reads the source several times: each time a random part of the rows, as many as the buffer
/// holds, and passes over the others. So the order is that of a full shuffle, whatever the order of the source: a buffer alone would
/// present data sorted by class nearly sorted.
/// </summary>
internal sealed class EpochOrder : IDisposable
{
    /// <summary>
    /// Readings of an epoch at most: what bounds the time that passing over rows takes. Parts are larger than the buffer from there on, and
    /// the order is no longer quite that of a full shuffle.
    /// </summary>
    public const int MaximumParts = 64;

    private readonly IExampleSource source;
    private readonly uint seed;
    private readonly ShuffleBuffer? buffer;

    /// <param name="source">Where rows come from.</param>
    /// <param name="rows">How many it has.</param>
    /// <param name="bufferRows">The capacity of the shuffle buffer if one is needed; null for the default.</param>
    /// <param name="seed">Equal seeds give equal orders.</param>
    public EpochOrder(IExampleSource source, long rows, int? bufferRows, int seed)
    {
        this.source = source;
        this.seed = (uint)seed;
        if (source.CanShuffle)
        {
            return;
        }

        int capacity = (int)Math.Min(rows, bufferRows ?? ShuffleBuffer.DefaultCapacity(rows, source.RowLength));
        buffer = new ShuffleBuffer(capacity, source.RowLength);
        Parts = rows <= capacity ? 1 : (int)Math.Min(MaximumParts, Math.Ceiling(rows / PartThatFits(capacity)));
    }

    /// <summary>How often an epoch reads the source.</summary>
    public int Parts { get; } = 1;

    /// <summary>Begins an epoch. Those before must be over, since they share the buffer.</summary>
    /// <param name="epoch">Counted from 0.</param>
    public IExampleReader Open(int epoch)
    {
        uint key = RandomBits.Key(seed, (uint)epoch);
        return buffer is null ? source.Open((int)key) : new PartsReader(source, buffer, Parts, key);
    }

    public void Dispose() => buffer?.Dispose();

    // The size of a random part varies by the root of its mean; the mean that is two roots below the capacity seldom overflows it.
    private static double PartThatFits(int capacity)
    {
        double root = Math.Sqrt(capacity + 1.0) - 1;
        return root * root;
    }

    /// <summary>One part after another, each drained from the buffer before the next is read.</summary>
    private sealed class PartsReader(IExampleSource source, ShuffleBuffer buffer, int parts, uint key) : IExampleReader
    {
        private IExampleReader? part;
        private int next;

        public uint RowKey => buffer.RowKey;

        public bool Read(Span<float> row, out int label, out float weight)
        {
            while (true)
            {
                if (part is not null && buffer.Read(part, row, out label, out weight))
                {
                    return true;
                }

                part?.Dispose();
                part = null;
                if (next == parts)
                {
                    (label, weight) = (0, 0);
                    return false;
                }

                part = OpenPart(next);
                buffer.Fill(part, RandomBits.Key(key, (uint)next++));
            }
        }

        public void Dispose() => part?.Dispose();

        /// <summary>The rows whose numbers are hashed to a part, in the order of the source.</summary>
        private IExampleReader OpenPart(int number) =>
            parts == 1
                ? source.Open(shuffleSeed: null)
                : source.Open(shuffleSeed: null, row => (int)((ulong)RandomBits.Hash(key, row) * (uint)parts >> 32) == number);
    }
}
