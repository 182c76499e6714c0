using Microsoft.ML.Cnn.Training;

namespace Microsoft.ML.Cnn.Tests.Training;

public sealed class ParallelReaderTests
{
    [Theory]
    [InlineData(1, 7)]
    [InlineData(2, 1)]
    [InlineData(2, 128)]
    [InlineData(3, 7)]
    [InlineData(5, 400)]
    public void Rows_of_all_shares_come_in_the_order_of_the_pass(int shares, int runLength)
    {
        const int Rows = 1_000;
        Share[] all = Divide(Rows, shares, runLength);
        using (ParallelReader reader = new(all, rowLength: 1))
        {
            Assert.Equal(Enumerable.Range(0, Rows), ReadAll(reader));
        }

        Assert.All(all, share => Assert.Equal(1, share.Closed));
    }

    [Fact]
    public void No_rows_are_an_empty_pass()
    {
        using ParallelReader reader = new(Divide(0, 3, 1), rowLength: 1);
        Assert.Empty(ReadAll(reader));
        Assert.False(reader.Read(new float[1], out _, out _));
    }

    [Fact]
    public void An_exception_of_a_share_arrives_unchanged_and_all_are_closed()
    {
        InvalidDataException thrown = new("row 500");
        Share[] all = Divide(1_000, 3, 10);
        Array.ForEach(all, share => share.BeforeRow = row => _ = row == 500 ? throw thrown : 0);
        using (ParallelReader reader = new(all, rowLength: 1))
        {
            Assert.Same(thrown, Assert.Throws<InvalidDataException>(() => ReadAll(reader)));
        }

        Assert.All(all, share => Assert.Equal(1, share.Closed));
    }

    [Theory]
    [InlineData(1, 2 * 128)]
    [InlineData(1_000_000, 2 * 16)]
    [InlineData(10_000_000, 2 * 2)]
    public void It_reads_a_bounded_number_of_rows_ahead_and_fewer_of_large_ones(int pixelsPerRow, int most)
    {
        int rows = 0;
        Share[] all = Divide(100_000, 2, 10);
        Array.ForEach(all, share => share.BeforeRow = _ => Interlocked.Increment(ref rows));
        using (new ParallelReader(all, pixelsPerRow))
        {
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref rows) == most, TimeSpan.FromSeconds(30)));
            Thread.Sleep(20);
        }

        Assert.Equal(most, rows);
    }

    private static Share[] Divide(int rows, int shares, int runLength) =>
        [
            .. Enumerable
                .Range(0, shares)
                .Select(share => new Share([.. Enumerable.Range(0, rows).Where(row => row / runLength % shares == share)], runLength)),
        ];

    private static List<int> ReadAll(ParallelReader reader)
    {
        List<int> rows = [];
        float[] pixels = new float[1];
        while (reader.Read(pixels, out int label, out float weight))
        {
            Assert.Equal(label, pixels[0]);
            Assert.Equal(label + 1, weight);
            Assert.Equal((uint)label, reader.RowKey);
            rows.Add(label);
        }

        return rows;
    }

    /// <summary>Rows of one pixel that is their number, as is the label.</summary>
    private sealed class Share(int[] rows, int runLength) : IShareReader
    {
        private int next;
        private bool ended;

        public Action<int>? BeforeRow { get; set; }

        public int Closed { get; private set; }

        public long Number => rows[next - 1] / runLength;

        public uint RowKey => (uint)rows[next - 1];

        public bool Read(Span<float> pixels, out int label, out float weight)
        {
            (label, weight) = (0, 0);
            Assert.False(ended, "A share was read beyond its end.");
            if (next == rows.Length)
            {
                ended = true;
                return false;
            }

            label = rows[next++];
            weight = label + 1;
            pixels[0] = label;
            BeforeRow?.Invoke(label);
            return true;
        }

        public void Dispose() => Closed++;
    }
}
