using Microsoft.ML.Cnn.Training;

namespace Microsoft.ML.Cnn.Tests.Training;

public sealed class ReadAheadTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public void Blocks_come_in_order_and_end()
    {
        int number = 0;
        using ReadAhead<int[]> blocks = Ring(3, (block, _) => (block[0] = number++) < 100);
        for (int expected = 0; expected < 100; expected++)
        {
            Assert.Equal(expected, blocks.Peek()![0]);
            Assert.Equal(expected, blocks.Peek()![0]);
            blocks.Release();
        }

        Assert.Null(blocks.Peek());
        Assert.Null(blocks.Peek());
    }

    [Fact]
    public void A_full_ring_is_filled_again_once_half_of_it_is_used_up()
    {
        int number = 0;
        using ReadAhead<int[]> blocks = Ring(8, (_, _) => Interlocked.Increment(ref number) > 0);
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref number) == 8, Long));
        for (int used = 1; used < 4; used++)
        {
            Assert.NotNull(blocks.Peek());
            blocks.Release();
        }

        Thread.Sleep(20);
        Assert.Equal(8, Volatile.Read(ref number));
        Assert.NotNull(blocks.Peek());
        blocks.Release();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref number) == 12, Long));
    }

    [Fact]
    public void An_exception_comes_after_the_blocks_before_it()
    {
        InvalidDataException thrown = new("block 2");
        int number = 0;
        using ReadAhead<int[]> blocks = Ring(4, (_, _) => number++ < 2 ? true : throw thrown);
        for (int block = 0; block < 2; block++)
        {
            Assert.NotNull(blocks.Peek());
            blocks.Release();
        }

        Assert.Same(thrown, Assert.Throws<InvalidDataException>(() => blocks.Peek()));
    }

    [Fact]
    public void Who_fills_a_block_is_told_to_stop()
    {
        bool isTold = false;
        using ManualResetEventSlim isFilling = new();
        using (
            ReadAhead<int[]> blocks = Ring(
                2,
                (_, stopping) =>
                {
                    isFilling.Set();
                    isTold = stopping.WaitHandle.WaitOne(Long);
                    return true;
                }
            )
        )
        {
            Assert.True(isFilling.Wait(Long, TestContext.Current.CancellationToken));
        }

        Assert.True(isTold);
    }

    private static ReadAhead<int[]> Ring(int blocks, FillBlock<int[]> fill) =>
        new([.. Enumerable.Range(0, blocks).Select(_ => new int[1])], fill, "test");
}
