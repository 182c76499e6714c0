namespace Microsoft.ML.Cnn.Networks.Plans;

/// <summary>What changes from one batch to the next.</summary>
internal sealed unsafe class LiveBatch
{
    /// <summary>Rows.</summary>
    public int Count { get; private set; }

    public float* Pixels { get; private set; }

    public Batch Source { get; private set; } = null!;

    /// <summary>Sum of the weights of labels.</summary>
    public double TotalWeight { get; private set; }

    /// <summary>The number of the step since training began.</summary>
    public long Step { get; private set; }

    /// <summary>Whether the loss is no number. Then nothing is learned from the batch: neither parameters nor running statistics change.</summary>
    public bool IsRefused { get; set; }

    /// <summary>Takes the gradients of fused segments; null where they are wanted in the buffer of gradients.</summary>
    public IParameterUpdate? Update { get; set; }

    /// <summary>Where scores go, [rows, outputs].</summary>
    public float* Scores { get; set; }

    public void Set(Batch batch, long step)
    {
        (Source, Count, Step) = (batch, batch.Count, step);
        Pixels = batch.Pixels;
        IsRefused = false;
        double total = 0;
        for (int row = 0; row < Count; row++)
        {
            total += (batch.Labels[row] == Batch.NoLabel ? 0 : batch.Weights[row]) + (double)batch.SecondWeights[row];
        }

        TotalWeight = total;
    }
}
