using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Training.Augmentations;

namespace Microsoft.ML.Cnn.Training;

/// <summary>
/// Reads batches ahead of the thread that computes, over as many passes as asked for.
/// </summary>
internal sealed class BatchReader : IDisposable
{
    /// <summary>Batches are read ahead until they take as much, though never fewer than <see cref="LeastAhead"/>.</summary>
    private const long BytesAhead = 8L << 20;
    private const int LeastAhead = 3;
    private const int MostAhead = 16;

    private readonly Func<int, IExampleReader> open;
    private readonly int passes;
    private readonly int classes;
    private readonly BatchAugmenter? augmenter;
    private readonly BatchMixer? mixer;
    private readonly Batch[] ring;
    private readonly ReadAhead<Batch> batches;
    private IExampleReader? reader;
    private int pass;
    private long rowsToPassOver;
    private bool ended;
    private bool isTaken;

    /// <param name="open">Begins the pass of a number, counted from 0; called on the reading thread.</param>
    /// <param name="passes">How many passes there are, those before the first included.</param>
    /// <param name="batchSize">Rows of a batch; the last of a pass may have fewer.</param>
    /// <param name="pixelsPerRow">Values of a row.</param>
    /// <param name="classes">Labels lie below: those who compute rely on it.</param>
    /// <param name="firstPass">The number of the pass to begin with.</param>
    /// <param name="firstBatch">The batch of that pass to begin with: those before are passed over.</param>
    /// <param name="augmenter">Changes the rows, the number of the pass being its epoch; null to leave them as they are.</param>
    /// <param name="targetsPerRow">Numbers that outputs are compared with.</param>
    /// <param name="mixer">Blends the rows of a batch after that; null to leave each by itself.</param>
    public BatchReader(
        Func<int, IExampleReader> open,
        int passes,
        int batchSize,
        int pixelsPerRow,
        int classes,
        int firstPass = 0,
        long firstBatch = 0,
        BatchAugmenter? augmenter = null,
        int targetsPerRow = 0,
        BatchMixer? mixer = null
    )
    {
        (pass, rowsToPassOver) = (firstPass, firstBatch * batchSize);
        (this.open, this.passes, this.classes, this.augmenter, this.mixer) = (open, passes, classes, augmenter, mixer);
        ring =
        [
            .. Enumerable
                .Range(0, Ahead(batchSize, pixelsPerRow + targetsPerRow))
                .Select(_ => new Batch(batchSize, pixelsPerRow, targetsPerRow)),
        ];
        batches = new ReadAhead<Batch>(ring, Fill, "Cnn reader");
    }

    /// <summary>Memory of the rows that are read ahead.</summary>
    public static long BytesFor(int batchSize, int rowLength) => Ahead(batchSize, rowLength) * (long)batchSize * rowLength * sizeof(float);

    /// <summary>The next batch of the pass, or null once at its end. It may be used until the next call.</summary>
    /// <param name="throwIfCanceled">Called now and then while waiting.</param>
    /// <remarks>An exception of the source is thrown here as it was there.</remarks>
    public Batch? Take(Action throwIfCanceled)
    {
        if (isTaken)
        {
            batches.Release();
        }

        isTaken = false;
        Batch batch = batches.Peek(throwIfCanceled) ?? throw new InvalidOperationException("All passes are over.");
        isTaken = true;
        return batch.Count > 0 ? batch : null;
    }

    /// <summary>Stops reading, and waits for the row that is being read.</summary>
    public void Dispose()
    {
        batches.Dispose();
        reader?.Dispose();
        foreach (Batch batch in ring)
        {
            batch.Dispose();
        }
    }

    private static int Ahead(int batchSize, int rowLength) =>
        (int)Math.Clamp(BytesAhead / sizeof(float) / rowLength / batchSize, LeastAhead, MostAhead);

    /// <summary>An empty batch stands for the end of a pass.</summary>
    private bool Fill(Batch batch, CancellationToken stopping)
    {
        if (reader is null)
        {
            if (pass == passes)
            {
                return false;
            }

            reader = open(pass++);
            ended = false;
        }

        for (; rowsToPassOver > 0 && !ended && !stopping.IsCancellationRequested; rowsToPassOver--)
        {
            ended = !reader.Read(batch.Row(0), out _, out _);
        }

        // The last batch of a pass may have had fewer rows.
        rowsToPassOver = 0;

        int count = 0;
        while (count < batch.Capacity && !ended && !stopping.IsCancellationRequested)
        {
            ended = !reader.Read(batch.Row(count), out batch.Labels[count], out batch.Weights[count]);
            if (!ended)
            {
                RequireLabel(batch.Labels[count]);
                batch.RowKeys[count++] = reader.RowKey;
            }
        }

        batch.Count = count;
        augmenter?.Apply(batch, pass - 1);
        mixer?.Apply(batch, pass - 1);
        if (count == 0)
        {
            reader.Dispose();
            reader = null;
        }

        return true;
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
