using Microsoft.ML.Cnn.Training;

namespace Microsoft.ML.Cnn.Tests.Training;

public sealed class BatchReaderTests
{
    [Fact]
    public void Batches_hold_all_rows_in_order_with_the_remainder_last()
    {
        FakeSource source = FakeSource.Numbered(10);
        using BatchReader reader = Reader(source, passes: 2, batchSize: 4);
        for (int pass = 0; pass < 2; pass++)
        {
            List<int> counts = [];
            List<int> labels = [];
            while (reader.Take(Never) is { } batch)
            {
                counts.Add(batch.Count);
                labels.AddRange(batch.Labels.Take(batch.Count));
                Assert.All(Enumerable.Range(0, batch.Count), row => Assert.Equal(batch.Labels[row], batch.Row(row)[0]));
            }

            Assert.Equal([4, 4, 2], counts);
            Assert.Equal(Enumerable.Range(0, 10), labels);
        }

        Assert.Equal(2, source.Opened);
    }

    [Fact]
    public void An_empty_source_ends_at_once()
    {
        using BatchReader reader = Reader(FakeSource.Numbered(0), passes: 2, batchSize: 4);
        Assert.Null(reader.Take(Never));
        Assert.Null(reader.Take(Never));
    }

    [Fact]
    public void A_label_that_the_network_has_no_output_for_is_refused()
    {
        foreach (int label in new[] { -1, 4_000 })
        {
            using BatchReader reader = Reader(new FakeSource(1, [new Example([1], label)]), passes: 1, batchSize: 4);
            InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => reader.Take(Never));
            Assert.Contains($"the label {label}", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_exception_of_the_source_arrives_unchanged_after_the_batches_before_it()
    {
        InvalidDataException thrown = new("row 9 is bad");
        FakeSource source = new(1, [.. Enumerable.Range(0, 20).Select(number => new Example([number], number))])
        {
            BeforeRow = row => _ = row == 9 ? throw thrown : 0,
        };
        using (BatchReader reader = Reader(source, passes: 1, batchSize: 4))
        {
            Assert.NotNull(reader.Take(Never));
            Assert.NotNull(reader.Take(Never));
            Assert.Same(thrown, Assert.Throws<InvalidDataException>(() => reader.Take(Never)));
        }

        Assert.Equal(source.Opened, source.Closed);
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(200_000, 3)]
    public void It_reads_only_a_few_batches_ahead_and_stops_when_it_is_disposed(int pixels, int ahead)
    {
        int rows = 0;
        FakeSource source = new(pixels, [.. Enumerable.Range(0, 1_000).Select(number => new Example([number], number))])
        {
            BeforeRow = _ => Interlocked.Increment(ref rows),
        };
        using (BatchReader reader = Reader(source, passes: 1_000, batchSize: 4))
        {
            Assert.NotNull(reader.Take(Never));
            SpinWait.SpinUntil(() => Volatile.Read(ref rows) == 4 * ahead, TimeSpan.FromSeconds(30));
        }

        Assert.Equal(4 * ahead, rows);
        Assert.Equal(1, source.Opened);
        Assert.Equal(1, source.Closed);
    }

    [Fact]
    public void Waiting_for_a_slow_source_can_be_canceled()
    {
        using ManualResetEventSlim blocked = new();
        FakeSource source = new(1, [new Example([1], 1)]) { BeforeRow = _ => blocked.Wait() };
        using BatchReader reader = Reader(source, passes: 1, batchSize: 1);
        Assert.Throws<OperationCanceledException>(() => reader.Take(() => throw new OperationCanceledException()));
        blocked.Set();
    }

    [Fact]
    public void A_batch_allocates_nothing_on_any_thread()
    {
        long reading = 0;
        FakeSource source = new(1, [.. Enumerable.Range(0, 4_000).Select(number => new Example([number], number))])
        {
            BeforeRow = row =>
            {
                if (row is 400 or 3_600)
                {
                    reading = GC.GetAllocatedBytesForCurrentThread() - reading;
                }
            },
        };
        using BatchReader reader = Reader(source, passes: 1, batchSize: 4);
        long computing = 0;
        for (int i = 0; reader.Take(Never) is not null; i++)
        {
            if (i is 100 or 900)
            {
                computing = GC.GetAllocatedBytesForCurrentThread() - computing;
            }
        }

        Assert.Equal(0, computing);
        Assert.Equal(0, reading);
    }

    private static BatchReader Reader(FakeSource source, int passes, int batchSize) =>
        new(_ => source.Open(null), passes, batchSize, source.PixelsPerRow, classes: 4_000);

    private static void Never() { }
}
