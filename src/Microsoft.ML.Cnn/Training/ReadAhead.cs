using System.Runtime.ExceptionServices;

namespace Microsoft.ML.Cnn.Training;

/// <summary>
/// Fills blocks on a thread of its own, ahead of the thread that takes them. Between them is a ring of blocks that are filled again and
/// again: memory is bounded, and nothing is allocated for a block.
/// </summary>
/// <remarks>
/// Once the ring is full, its thread sleeps until half of it is used up: where there are no more cores than threads that compute, it interrupts
/// them seldom, and then for a while, rather than once a block.
/// </remarks>
internal sealed class ReadAhead<T> : IBlocks<T>
    where T : class
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private readonly T[] ring;
    private readonly FillBlock<T> fill;
    private readonly Thread thread;
    private readonly CancellationTokenSource stop = new();
    private readonly object gate = new();
    private ExceptionDispatchInfo? failure;
    private long filled;
    private long released;
    private bool ended;

    /// <param name="ring">Blocks to be filled.</param>
    /// <param name="fill">Fills them; called on the thread alone, which begins at once.</param>
    /// <param name="name">Of the thread.</param>
    public ReadAhead(T[] ring, FillBlock<T> fill, string name)
    {
        (this.ring, this.fill) = (ring, fill);
        thread = new Thread(FillAll) { IsBackground = true, Name = name };
        thread.Start();
    }

    public T? Peek(Action? throwIfCanceled = null)
    {
        lock (gate)
        {
            while (filled == released && !ended)
            {
                if (!Monitor.Wait(gate, PollInterval))
                {
                    throwIfCanceled?.Invoke();
                }
            }

            if (filled > released)
            {
                return ring[released % ring.Length];
            }

            failure?.Throw();
            return null;
        }
    }

    public void Release()
    {
        lock (gate)
        {
            released++;
            if (filled - released == ring.Length / 2)
            {
                Monitor.PulseAll(gate);
            }
        }
    }

    /// <summary>Stops, and waits for what is being filled.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            stop.Cancel();
            Monitor.PulseAll(gate);
        }

        thread.Join();
        stop.Dispose();
    }

    private void FillAll()
    {
        try
        {
            CancellationToken stopping = stop.Token;
            while (AwaitFree() is { } block && fill(block, stopping))
            {
                lock (gate)
                {
                    filled++;
                    Monitor.PulseAll(gate);
                }
            }
        }
        catch (Exception exception)
        {
            failure = ExceptionDispatchInfo.Capture(exception);
        }

        lock (gate)
        {
            ended = true;
            Monitor.PulseAll(gate);
        }
    }

    private T? AwaitFree()
    {
        lock (gate)
        {
            if (filled - released == ring.Length)
            {
                while (filled - released > ring.Length / 2 && !stop.IsCancellationRequested)
                {
                    Monitor.Wait(gate);
                }
            }

            return stop.IsCancellationRequested ? null : ring[filled % ring.Length];
        }
    }
}
