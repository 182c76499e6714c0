using System.Runtime.ExceptionServices;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>
/// A fixed set of threads that run the numbered pieces of one job at a time. Pieces are handed out from a shared counter, so a slow
/// worker takes fewer of them, and one that the machine has no core for takes none: a job is done when its pieces are, whoever ran
/// them. Which worker runs a piece never changes what the piece computes.
/// </summary>
/// <remarks>
/// Jobs of a training step are tens of microseconds apart, about as long as waking a thread takes: who waits spins for that long, lets other
/// threads have the core for as long again, and then parks (<see cref="Parking"/>). One caller at a time has the workers; another that comes
/// meanwhile, a piece of the job among them, runs its pieces alone.
/// </remarks>
internal sealed class WorkerPool : IDisposable
{
    private static readonly Lazy<WorkerPool> shared = new(() => new WorkerPool(Environment.ProcessorCount));

    private readonly Worker[] workers;
    private readonly Lock caller = new();
    private readonly Parking callerParking = new();
    private Action<int, int>? job;
    private ExceptionDispatchInfo? failure;
    private int pieces;

    // Below 0 once all are handed out.
    private int remaining;
    private int unfinished;
    private int generation;
    private int completed;
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
    /// <remarks>An exception of a piece is thrown here once no piece is running; pieces not yet begun may be left out then.</remarks>
    public void Run(int count, Action<int, int> body)
    {
        // A lock lets its owner in again: a piece that calls on the caller's thread must not take the workers from its own job.
        if (Workers == 1 || count <= 1 || caller.IsHeldByCurrentThread || !caller.TryEnter())
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
            (job, failure, pieces, unfinished) = (body, null, count, count);
            int before = completed;

            // From here on a worker that was late for the last job may already begin.
            Volatile.Write(ref remaining, count);
            WakeAll();
            Drain(0);
            callerParking.Await(ref completed, before);
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
            WakeAll();
        }

        foreach (Worker worker in workers)
        {
            worker.Dispose();
        }

        callerParking.Dispose();
    }

    private void WakeAll()
    {
        Interlocked.Increment(ref generation);
        foreach (Worker worker in workers)
        {
            worker.Wake();
        }
    }

    private void Drain(int worker)
    {
        // What is of this job may be read once a piece of it is in hand, for then it is not over.
        for (int left; (left = Interlocked.Decrement(ref remaining)) >= 0; )
        {
            int finished = 1;
            try
            {
                job!(worker, pieces - 1 - left);
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
                finished += Math.Max(0, Interlocked.Exchange(ref remaining, 0));
            }

            if (Interlocked.Add(ref unfinished, -finished) == 0)
            {
                Interlocked.Increment(ref completed);
                callerParking.Wake();
            }
        }
    }

    private sealed class Worker : IDisposable
    {
        private readonly WorkerPool pool;
        private readonly int number;
        private readonly Thread thread;
        private readonly Parking parking = new();

        public Worker(WorkerPool pool, int number)
        {
            this.pool = pool;
            this.number = number;
            thread = new Thread(Serve) { IsBackground = true, Name = $"Cnn worker {number}" };
            thread.Start();
        }

        public void Wake() => parking.Wake();

        /// <summary>Waits for the thread to end; the pool has told it to.</summary>
        public void Dispose()
        {
            thread.Join();
            parking.Dispose();
        }

        private void Serve()
        {
            int seen = 0;
            while (true)
            {
                parking.Await(ref pool.generation, seen);
                seen = Volatile.Read(ref pool.generation);
                if (pool.stopping)
                {
                    return;
                }

                pool.Drain(number);
            }
        }
    }
}
