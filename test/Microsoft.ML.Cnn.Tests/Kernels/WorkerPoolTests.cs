using System.Collections.Concurrent;
using Microsoft.ML.Cnn.Kernels;

namespace Microsoft.ML.Cnn.Tests.Kernels;

public class WorkerPoolTests
{
    public static TheoryData<int> Workers => [1, 2, 3, 4, 5];

    [Theory]
    [MemberData(nameof(Workers))]
    public void Every_piece_runs_once(int workers)
    {
        using WorkerPool pool = new(workers);
        foreach (int count in new[] { 0, 1, 2, 7, 1000 })
        {
            Assert.All(Visits(pool, count), visits => Assert.Equal(1, visits));
        }
    }

    [Theory]
    [MemberData(nameof(Workers))]
    public void A_worker_runs_one_piece_at_a_time(int workers)
    {
        using WorkerPool pool = new(workers);
        int[] busy = new int[workers];
        ConcurrentBag<int> most = [];
        pool.Run(
            500,
            (worker, _) =>
            {
                most.Add(Interlocked.Increment(ref busy[worker]));
                Thread.SpinWait(50);
                Interlocked.Decrement(ref busy[worker]);
            }
        );
        Assert.All(most, pieces => Assert.Equal(1, pieces));
    }

    [Theory]
    [MemberData(nameof(Workers))]
    public void An_exception_of_a_piece_reaches_the_caller_and_the_pool_goes_on(int workers)
    {
        using WorkerPool pool = new(workers);
        for (int failing = 0; failing < 20; failing++)
        {
            int piece = failing;
            InvalidDataException exception = Assert.Throws<InvalidDataException>(() =>
                pool.Run(
                    20,
                    (_, current) =>
                    {
                        if (current == piece)
                        {
                            throw new InvalidDataException($"piece {piece}");
                        }
                    }
                )
            );
            Assert.Equal($"piece {piece}", exception.Message);
        }

        Assert.All(Visits(pool, 100), visits => Assert.Equal(1, visits));
    }

    [Theory]
    [MemberData(nameof(Workers))]
    public void A_piece_may_run_pieces_of_its_own(int workers)
    {
        using WorkerPool pool = new(workers);
        int[] visits = new int[8 * 9];
        pool.Run(8, (_, outer) => pool.Run(9, (_, inner) => Interlocked.Increment(ref visits[outer * 9 + inner])));
        Assert.All(visits, count => Assert.Equal(1, count));
    }

    [Fact]
    public void Callers_on_many_threads_all_have_their_pieces_run()
    {
        using WorkerPool pool = new(3);
        ConcurrentBag<int> wrong = [];
        Thread[] callers =
        [
            .. Enumerable
                .Range(0, 6)
                .Select(_ => new Thread(() =>
                {
                    for (int job = 0; job < 200; job++)
                    {
                        if (Visits(pool, 1 + job % 17).Any(visits => visits != 1))
                        {
                            wrong.Add(job);
                        }
                    }
                })),
        ];
        Array.ForEach(callers, caller => caller.Start());
        Array.ForEach(callers, caller => caller.Join());
        Assert.Empty(wrong);
    }

    [Fact]
    public void Workers_that_have_parked_wake_for_the_next_job()
    {
        using WorkerPool pool = new(3);
        for (int job = 0; job < 10; job++)
        {
            Thread.Sleep(30);

            // No piece ends before all three have begun: this needs every worker.
            using Barrier together = new(3);
            pool.Run(3, (_, _) => together.SignalAndWait(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public void A_pool_that_is_disposed_ends_its_threads_and_runs_no_more()
    {
        WorkerPool pool = new(3);
        Assert.All(Visits(pool, 50), visits => Assert.Equal(1, visits));
        pool.Dispose();
        pool.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pool.Run(2, (_, _) => { }));
    }

    [Fact]
    public void A_pool_that_has_never_run_can_be_disposed() => new WorkerPool(4).Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_pool_needs_a_worker(int workers) =>
        Assert.Equal("workers", Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerPool(workers)).ParamName);

    private static int[] Visits(WorkerPool pool, int count)
    {
        int[] visits = new int[count];
        pool.Run(count, (_, piece) => Interlocked.Increment(ref visits[piece]));
        return visits;
    }
}
