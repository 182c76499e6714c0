using System.Runtime.ExceptionServices;
using Microsoft.ML.Cnn.Networks.Plans;

namespace Microsoft.ML.Cnn.Training;

/// <summary>
/// Reads batches on a thread of its own, a few ahead of the thread that computes, over as many passes as asked for. Between them is a ring
/// of batches that are filled again and again: memory is bounded, and nothing is allocated for a batch.
/// </summary>
internal sealed class BatchReader : IDisposable
{
    private const int Ahead = 3;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private readonly Func<int, IExampleReader> open;
    private readonly int passes;
    private readonly int classes;
    private readonly Batch[] ring;
    private readonly Thread thread;
    private readonly object gate = new();
    private ExceptionDispatchInfo? failure;
    private long filled;
    private long released;
    private bool isTaken;
    private bool stopping;

    /// <param name="open">Begins the pass of a number, counted from 0; called on the reading thread.</param>
    /// <param name="passes">How many passes there are.</param>
    /// <param name="batchSize">Rows of a batch; the last of a pass may have fewer.</param>
    /// <param name="pixelsPerRow">Values of a row.</param>
    /// <param name="classes">Labels lie below: those who compute rely on it.</param>
    public BatchReader(Func<int, IExampleReader> open, int passes, int batchSize, int pixelsPerRow, int classes)
    {
        this.open = open;
        this.passes = passes;
        this.classes = classes;
        ring = [.. Enumerable.Range(0, Ahead).Select(_ => new Batch(batchSize, pixelsPerRow))];
        thread = new Thread(ReadAll) { IsBackground = true, Name = "Cnn reader" };
        thread.Start();
    }

    /// <summary>The next batch of the pass, or null once at its end. It may be used until the next call.</summary>
    /// <param name="throwIfCanceled">Called now and then while waiting.</param>
    /// <remarks>An exception of the source is thrown here as it was there.</remarks>
    public Batch? Take(Action throwIfCanceled)
    {
        lock (gate)
        {
            if (isTaken)
            {
                Release();
            }

            while (filled == released && failure is null)
            {
                if (!Monitor.Wait(gate, PollInterval))
                {
                    throwIfCanceled();
                }
            }

            if (filled == released)
            {
                failure!.Throw();
            }

            Batch batch = ring[released % Ahead];
            isTaken = true;
            if (batch.Count > 0)
            {
                return batch;
            }

            Release();
            return null;
        }
    }

    /// <summary>Stops reading, and waits for the row that is being read.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            stopping = true;
            Monitor.PulseAll(gate);
        }

        thread.Join();
        foreach (Batch batch in ring)
        {
            batch.Dispose();
        }
    }

    private void Release()
    {
        released++;
        isTaken = false;
        Monitor.PulseAll(gate);
    }

    private void ReadAll()
    {
        try
        {
            for (int pass = 0; pass < passes && !Volatile.Read(ref stopping); pass++)
            {
                using IExampleReader reader = open(pass);
                ReadPass(reader);
            }
        }
        catch (Exception exception)
        {
            lock (gate)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
                Monitor.PulseAll(gate);
            }
        }
    }

    /// <summary>An empty batch stands for the end of the pass.</summary>
    private void ReadPass(IExampleReader reader)
    {
        bool ended = false;
        Batch? batch;
        do
        {
            batch = AwaitFree();
            if (batch is null)
            {
                return;
            }

            Fill(batch, reader, ref ended);
            lock (gate)
            {
                filled++;
                Monitor.PulseAll(gate);
            }
        } while (batch.Count > 0);
    }

    private Batch? AwaitFree()
    {
        lock (gate)
        {
            while (filled - released == Ahead && !stopping)
            {
                Monitor.Wait(gate);
            }

            return stopping ? null : ring[filled % Ahead];
        }
    }

    private void Fill(Batch batch, IExampleReader reader, ref bool ended)
    {
        int count = 0;
        while (count < batch.Capacity && !ended && !Volatile.Read(ref stopping))
        {
            ended = !reader.Read(batch.Row(count), out batch.Labels[count], out batch.Weights[count]);
            if (!ended)
            {
                RequireLabel(batch.Labels[count]);
                count++;
            }
        }

        batch.Count = count;
    }

    private void RequireLabel(int label)
    {
        if ((uint)label >= (uint)classes)
        {
            throw new InvalidOperationException(
                $"A row has the label {label}, but the network tells {classes} classes apart, counted from 0."
            );
        }
    }
}
