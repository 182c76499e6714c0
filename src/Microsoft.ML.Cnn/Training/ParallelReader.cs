using Microsoft.ML.Cnn.Networks.Plans;

namespace Microsoft.ML.Cnn.Training;

/// <summary>A reader of some rows of a pass, beside others that read the rest.</summary>
internal interface IShareReader : IExampleReader
{
    /// <summary>Where the row read last belongs in the pass, as <see cref="IRowBlock.NumberOf"/> says.</summary>
    long Number { get; }
}

/// <summary>
/// Reads a pass on several threads: for rows whose reading is work, such as images that are decoded. Rows come in the order of the pass.
/// </summary>
internal sealed class ParallelReader : IExampleReader
{
    /// <summary>What the rows that are read ahead take at most, unless two of each thread take more.</summary>
    private const long MostBytes = 128L << 20;

    // ML.NET hands rows out by the 128: where a thread has as many ahead, it need not wait until those of another are used up.
    private const int MostRowsAhead = 128;
    private const int MostBlocks = 8;

    private readonly IReadOnlyList<IShareReader> readers;
    private readonly Share[] ring;
    private readonly MergedRows<Share> rows;

    /// <param name="readers">They share the rows of a pass; disposed with this.</param>
    /// <param name="rowLength">Pixels and targets of a row.</param>
    public ParallelReader(IReadOnlyList<IShareReader> readers, int rowLength)
    {
        this.readers = readers;
        int rowsAhead = (int)Math.Clamp(MostBytes / sizeof(float) / rowLength / readers.Count, 2, MostRowsAhead);
        int blocks = Math.Min(rowsAhead, MostBlocks);
        int rowsPerBlock = rowsAhead / blocks;
        ring = [.. Enumerable.Range(0, readers.Count * blocks).Select(_ => new Share(rowsPerBlock, rowLength))];
        rows = new MergedRows<Share>([.. ring.Chunk(blocks).Zip(readers, ReadAheadOf)]);
    }

    public uint RowKey => rows.Block.Rows.RowKeys[rows.Row];

    public bool Read(Span<float> row, out int label, out float weight)
    {
        if (!rows.MoveNext())
        {
            (label, weight) = (0, 0);
            return false;
        }

        Batch batch = rows.Block.Rows;
        batch.Row(rows.Row).CopyTo(row);
        (label, weight) = (batch.Labels[rows.Row], batch.Weights[rows.Row]);
        return true;
    }

    public void Dispose()
    {
        rows.Dispose();
        foreach (IShareReader reader in readers)
        {
            reader.Dispose();
        }

        foreach (Share share in ring)
        {
            share.Rows.Dispose();
        }
    }

    private static ReadAhead<Share> ReadAheadOf(Share[] ring, IShareReader reader)
    {
        bool ended = false;
        return new ReadAhead<Share>(ring, (share, stopping) => share.Fill(reader, ref ended, stopping), "Cnn reader of a share");
    }

    /// <summary>Some rows of one reader.</summary>
    private sealed class Share(int capacity, int rowLength) : IRowBlock
    {
        private readonly long[] numbers = new long[capacity];

        public Batch Rows { get; } = new(capacity, rowLength);

        public int Count => Rows.Count;

        public long NumberOf(int row) => numbers[row];

        public bool Fill(IShareReader reader, ref bool ended, CancellationToken stopping)
        {
            int count = 0;
            while (count < Rows.Capacity && !ended && !stopping.IsCancellationRequested)
            {
                ended = !reader.Read(Rows.Row(count), out Rows.Labels[count], out Rows.Weights[count]);
                if (!ended)
                {
                    Rows.RowKeys[count] = reader.RowKey;
                    numbers[count++] = reader.Number;
                }
            }

            Rows.Count = count;
            return count > 0;
        }
    }
}
