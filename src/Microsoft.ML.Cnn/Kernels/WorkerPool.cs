using System.Runtime.ExceptionServices;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>
/// A fixed set of threads that run the numbered pieces of one job at a time. Pieces are handed out from a shared counter, so a slow
/// worker takes fewer of them; which worker runs a piece never changes what the piece computes.
/// </summary>
/// <remarks>
/// Jobs of a training step are tens of microseconds apart, less than waking a thread takes: an idle worker spins for a while before it
/// parks. One caller at a time has the workers; another that comes meanwhile, a piece of the job among them, runs its pieces alone.
/// </remarks>
internal sealed class WorkerPool : IDisposable
{
    private const int SpinsBeforeYield = 2_000;
    private const int SpinsBeforePark = 4_000;

    private static readonly Lazy<WorkerPool> shared = new(() => new WorkerPool(Environment.ProcessorCount));

    private readonly Worker[] workers;
    private readonly Lock caller = new();
    private Action<int, int>? job;
    private ExceptionDispatchInfo? failure;
    private int pieces;
    private int next;
    private int running;
    private int generation;
    private volatile bool stopping;

    /// <param name="workers">Threads that work, the caller's included.</param>
    public WorkerPool(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(workers);
        Workers = workers;
        this.workers = [.. Enumerable.Range(1, workers - 1).Select(number => new Worker(this, number))];
    }

    /// <summary>One for the process, with a worker a core; for prediction.</summary>
    public static WorkerPool Shared => shared.Value;

    /// <summary>Threads that work, the caller's included.</summary>
    public int Workers { get; }

    /// <summary>Calls <paramref name="body"/>(worker, piece) for every piece, and returns when all are done.</summary>
    /// <remarks>An exception of a piece is thrown here once all workers are done; pieces not yet begun may be left out then.</remarks>
    public void Run(int count, Action<int, int> body)
    {
        // A lock lets its owner in again: a piece that calls on the caller's thread must not take the workers from its own job.
        if (Workers == 1 || count == 1 || caller.IsHeldByCurrentThread || !caller.TryEnter())
        {
            for (int piece = 0; piece < count; piece++)
            {
                body(0, piece);
            }

            return;
        }

        try
        {
            ObjectDisposedException.ThrowIf(stopping, this);
            (job, failure, pieces, next, running) = (body, null, count, -1, workers.Length);
            Interlocked.Increment(ref generation);
            foreach (Worker worker in workers)
            {
                worker.Wake();
            }

            Drain(0);
            for (int spins = 0; Volatile.Read(ref running) != 0; spins++)
            {
                Pause(spins);
            }

            job = null;
            failure?.Throw();
        }
        finally
        {
            caller.Exit();
        }
    }

    public void Dispose()
    {
        lock (caller)
        {
            if (stopping)
            {
                return;
            }

            stopping = true;
            Interlocked.Increment(ref generation);
            foreach (Worker worker in workers)
            {
                worker.Wake();
            }
        }

        foreach (Worker worker in workers)
        {
            worker.Dispose();
        }
    }

    private void Drain(int worker)
    {
        try
        {
            for (int piece; (piece = Interlocked.Increment(ref next)) < pieces; )
            {
                job!(worker, piece);
            }
        }
        catch (Exception exception)
        {
            Volatile.Write(ref next, pieces);
            Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
        }
    }

    private static void Pause(int spins)
    {
        if (spins < SpinsBeforeYield)
        {
            Thread.SpinWait(8);
        }
        else
        {
            Thread.Yield();
        }
    }

    private sealed class Worker : IDisposable
    {
        private readonly WorkerPool pool;
        private readonly int number;
        private readonly Thread thread;
        private readonly AutoResetEvent wake = new(false);
        private int parked;

        public Worker(WorkerPool pool, int number)
        {
            this.pool = pool;
            this.number = number;
            thread = new Thread(Serve) { IsBackground = true, Name = $"Cnn worker {number}" };
            thread.Start();
        }

        public void Wake()
        {
            if (Interlocked.Exchange(ref parked, 0) == 1)
            {
                wake.Set();
            }
        }

        /// <summary>Waits for the thread to end; the pool has told it to.</summary>
        public void Dispose()
        {
            thread.Join();
            wake.Dispose();
        }

        private void Serve()
        {
            for (int seen = 0; ; seen++)
            {
                Await(seen);
                if (pool.stopping)
                {
                    return;
                }

                pool.Drain(number);
                Interlocked.Decrement(ref pool.running);
            }
        }

        /// <summary>Returns when there is another job than the one seen last.</summary>
        private void Await(int seen)
        {
            for (int spins = 0; Volatile.Read(ref pool.generation) == seen; spins++)
            {
                if (spins < SpinsBeforePark)
                {
                    Pause(spins);
                    continue;
                }

                Interlocked.Exchange(ref parked, 1);

                // Either no job came before the flag was up, or its caller saw the flag and rings, or it did not and there is no need to sleep.
                if (Volatile.Read(ref pool.generation) == seen || Interlocked.Exchange(ref parked, 0) == 0)
                {
                    wake.WaitOne();
                }

                spins = 0;
            }
        }
    }
}
