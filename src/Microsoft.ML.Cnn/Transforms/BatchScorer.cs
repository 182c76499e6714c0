using System.Collections.Concurrent;
using Microsoft.ML.Cnn.Networks.Plans;

namespace Microsoft.ML.Cnn.Transforms;

/// <summary>Scores rows a batch at a time, on all cores. Used by one cursor at a time.</summary>
internal sealed class BatchScorer : IDisposable
{
    private const int MostRows = 256;
    private const int LeastRows = 16;
    private const int BytesOfRows = 16 << 20;

    /// <summary>What rows may take at most: of images or outputs greater than that, one at a time.</summary>
    private const int MostBytesOfRows = 256 << 20;

    private readonly Batch batch;
    private readonly InferencePlan plan;
    private readonly bool[] isFinite;
    private readonly int outputs;

    public BatchScorer(CnnModel model)
    {
        int pixels = checked((int)model.InputShape.Length);
        int capacity = CapacityFor(sizeof(float) * Math.Max(pixels, (long)model.OutputLength));
        batch = new Batch(capacity, pixels);
        plan = new InferencePlan(model.Description, model.Store, PlanOptions.For(capacity, Environment.ProcessorCount), model.Preparations);
        outputs = model.OutputLength;
        isFinite = new bool[capacity];
    }

    public int Capacity => batch.Capacity;

    /// <summary>Where the pixels of a row go.</summary>
    public Span<float> Pixels(int row) => batch.Row(row);

    /// <summary>Scores the rows from 0 to <paramref name="count"/> - 1. A row with a pixel that is no number gets NaN for every score.</summary>
    /// <param name="scores">[count, outputs].</param>
    public void Score(int count, Span<float> scores)
    {
        batch.Count = count;
        for (int row = 0; row < count; row++)
        {
            isFinite[row] = PixelCheck.AreFinite(batch.Row(row));
        }

        plan.Predict(batch, scores);
        for (int row = 0; row < count; row++)
        {
            if (!isFinite[row])
            {
                scores.Slice(row * outputs, outputs).Fill(float.NaN);
            }
        }
    }

    public void Dispose()
    {
        plan.Dispose();
        batch.Dispose();
    }

    private static int CapacityFor(long bytesOfRow)
    {
        long rows = Math.Clamp(BytesOfRows / bytesOfRow, LeastRows, MostRows);
        return (int)Math.Clamp(MostBytesOfRows / bytesOfRow, 1, rows);
    }
}

/// <summary>The batch scorers of a model, kept from one cursor to the next: compiling one costs more than scoring a few rows.</summary>
internal sealed class BatchScorers(CnnModel model)
{
    private readonly ConcurrentBag<BatchScorer> idle = [];

    public CnnModel Model => model;

    public BatchScorer Rent() => idle.TryTake(out BatchScorer? scorer) ? scorer : new BatchScorer(model);

    public void Return(BatchScorer scorer)
    {
        // As many as can be busy at once are worth their memory.
        if (idle.Count < Environment.ProcessorCount)
        {
            idle.Add(scorer);
        }
        else
        {
            scorer.Dispose();
        }
    }
}
