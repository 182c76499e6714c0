using Microsoft.ML.Cnn.Training;

namespace Microsoft.ML.Cnn.Tests.Training;

public sealed class ShuffleTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(1000)]
    public void A_shuffle_buffer_gives_every_row_once(int capacity)
    {
        int[] order = Shuffle(capacity, rows: 100, key: 1);
        Assert.Equal(Enumerable.Range(0, 100), order.Order());
    }

    [Fact]
    public void A_buffer_of_one_row_keeps_the_order() => Assert.Equal(Enumerable.Range(0, 100), Shuffle(capacity: 1, rows: 100, key: 1));

    [Fact]
    public void No_row_comes_out_before_it_could_be_in_the_buffer()
    {
        int[] order = Shuffle(capacity: 10, rows: 100, key: 1);
        Assert.All(order.Index(), row => Assert.True(row.Item < row.Index + 10));
        Assert.NotEqual(Enumerable.Range(0, 100), order);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(4_000)]
    public void It_never_holds_more_rows_than_it_has_room_for_however_long_the_stream(int rows)
    {
        int taken = 0;
        FakeSource source = new(1, [.. Enumerable.Range(0, rows).Select(number => new Example([number], number))])
        {
            BeforeRow = _ => taken++,
        };
        using ShuffleBuffer buffer = new(10, rowLength: 1);
        using IExampleReader stream = source.Open(null);
        buffer.Fill(stream, key: 1);
        float[] pixels = new float[1];
        for (int given = 0; ; given++)
        {
            Assert.True(taken - given <= 10 + 1);
            if (!buffer.Read(stream, pixels, out _, out _))
            {
                break;
            }
        }
    }

    [Fact]
    public void Equal_keys_give_equal_orders_and_others_do_not()
    {
        Assert.Equal(Shuffle(100, 100, key: 1), Shuffle(100, 100, key: 1));
        Assert.NotEqual(Shuffle(100, 100, key: 1), Shuffle(100, 100, key: 2));
    }

    [Fact]
    public void Where_all_rows_find_room_each_is_as_likely_at_each_place()
    {
        const int Rows = 5;
        const int Runs = 5_000;
        int[,] seen = new int[Rows, Rows];
        for (uint key = 0; key < Runs; key++)
        {
            foreach ((int place, int row) in Shuffle(Rows, Rows, key * 7919).Index())
            {
                seen[place, row]++;
            }
        }

        // Six standard deviations of a binomial count.
        double tolerance = 6 * Math.Sqrt(Runs * (1.0 / Rows) * (1 - 1.0 / Rows));
        Assert.All(seen.Cast<int>(), count => Assert.InRange(count, Runs / Rows - tolerance, Runs / Rows + tolerance));
    }

    [Theory]
    [InlineData(100, 1)]
    [InlineData(99, 2)]
    [InlineData(10, 19)]
    [InlineData(1, EpochOrder.MaximumParts)]
    public void A_source_that_does_not_fit_is_read_in_parts_and_gives_every_row_once(int bufferRows, int parts)
    {
        FakeSource source = FakeSource.Numbered(100);
        using EpochOrder order = new(source, rows: 100, bufferRows, seed: 3);
        Assert.Equal(parts, order.Parts);
        for (int epoch = 0; epoch < 3; epoch++)
        {
            Assert.Equal(Enumerable.Range(0, 100), ReadAll(order, epoch).Order());
        }

        Assert.Equal(3 * parts, source.Opened);
        Assert.Equal(source.Opened, source.Closed);
    }

    [Fact]
    public void Every_epoch_has_an_order_of_its_own_that_follows_from_the_seed()
    {
        foreach (bool canShuffle in new[] { false, true })
        {
            using EpochOrder order = new(FakeSource.Numbered(100, canShuffle), 100, bufferRows: 30, seed: 3);
            using EpochOrder same = new(FakeSource.Numbered(100, canShuffle), 100, bufferRows: 30, seed: 3);
            using EpochOrder other = new(FakeSource.Numbered(100, canShuffle), 100, bufferRows: 30, seed: 4);
            int[] first = ReadAll(order, 0);
            Assert.Equal(first, ReadAll(same, 0));
            Assert.NotEqual(first, ReadAll(order, 1));
            Assert.NotEqual(first, ReadAll(other, 0));
        }
    }

    [Fact]
    public void Sorted_rows_come_out_mixed_from_beginning_to_end_though_the_buffer_is_small()
    {
        const int Rows = 10_000;
        using EpochOrder order = new(FakeSource.Numbered(Rows), Rows, bufferRows: Rows / 10, seed: 1);
        int[] rows = ReadAll(order, 0);
        foreach (int[] tenth in rows.Chunk(Rows / 10))
        {
            // Of 1,000 rows each tenth of the numbers has 100 in the mean, with a deviation of 9.5.
            int[] shares = [.. Enumerable.Range(0, 10).Select(share => tenth.Count(row => row / (Rows / 10) == share))];
            Assert.All(shares, share => Assert.InRange(share, 50, 160));
        }
    }

    [Fact]
    public void A_source_that_can_shuffle_is_asked_to_and_needs_no_buffer()
    {
        FakeSource source = FakeSource.Numbered(50, canShuffle: true);
        using EpochOrder order = new(source, 50, bufferRows: 5, seed: 1);
        Assert.Equal(1, order.Parts);
        Assert.NotEqual(Enumerable.Range(0, 50), ReadAll(order, 0));
        Assert.Equal(1, source.Opened);
    }

    [Fact]
    public void The_default_buffer_holds_all_rows_or_256_megabytes_of_them()
    {
        Assert.Equal(60_000, ShuffleBuffer.DefaultCapacity(60_000, 784));
        Assert.Equal(85_598, ShuffleBuffer.DefaultCapacity(1_000_000, 784));
        Assert.Equal(1, ShuffleBuffer.DefaultCapacity(10, 1 << 30));
    }

    private static int[] Shuffle(int capacity, int rows, uint key)
    {
        using ShuffleBuffer buffer = new(capacity, rowLength: 1);
        using IExampleReader stream = FakeSource.Numbered(rows).Open(null);
        buffer.Fill(stream, key);
        List<int> order = [];
        float[] pixels = new float[1];
        while (buffer.Read(stream, pixels, out int label, out float weight))
        {
            Assert.Equal(label, pixels[0]);
            Assert.Equal(1, weight);
            order.Add(label);
        }

        return [.. order];
    }

    private static int[] ReadAll(EpochOrder order, int epoch)
    {
        using IExampleReader reader = order.Open(epoch);
        List<int> rows = [];
        float[] pixels = new float[1];
        while (reader.Read(pixels, out int label, out _))
        {
            Assert.Equal(label, pixels[0]);
            rows.Add(label);
        }

        return [.. rows];
    }
}
