using Microsoft.ML.Cnn.Kernels;

namespace Microsoft.ML.Cnn.Networks.Plans;

/// <summary>
/// A network compiled for prediction. The bits of a row's scores depend on the row and on the plan's batch size alone: not on the other rows,
/// nor on threads. Used by one thread at a time.
/// </summary>
internal sealed class InferencePlan : IDisposable
{
    private readonly PlanProgram program;
    private readonly WorkerPool pool;
    private readonly bool ownsPool;
    private readonly int outputs;
    private bool isPrepared;

    /// <param name="description">The network, the output layer included.</param>
    /// <param name="store">Its parameters and states.</param>
    /// <param name="options">What to compile for. With as many threads as the process has cores, the pool is shared with other plans.</param>
    public InferencePlan(ModelDescription description, ParameterStore store, PlanOptions options)
    {
        outputs = checked((int)description.Network.OutputShape(description.InputShape).Length);
        ownsPool = options.Threads != WorkerPool.Shared.Workers;
        pool = ownsPool ? new WorkerPool(options.Threads) : WorkerPool.Shared;
        program = PlanProgram.ForInference(description, store, options);
    }

    /// <summary>Takes over the parameters as they are now. Done before the first prediction; to be called again after each change.</summary>
    public void Prepare()
    {
        program.Prepare(pool);
        isPrepared = true;
    }

    /// <summary>Scores of each row of the batch, one after another.</summary>
    /// <param name="batch">At least one row; labels and weights are not read.</param>
    /// <param name="scores">[batch.Count, outputs].</param>
    public unsafe void Predict(Batch batch, Span<float> scores)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(scores.Length, batch.Count * outputs);
        PrepareOnce();
        program.Live.Set(batch, step: 0);
        fixed (float* first = scores)
        {
            program.Live.Scores = first;
            program.Score(pool);
        }
    }

    /// <summary>The loss and the hits of a batch with labels (softmax cross-entropy), nothing dropped out.</summary>
    public BatchResult Evaluate(Batch batch)
    {
        PrepareOnce();
        program.Live.Set(batch, step: 0);
        program.Loss(pool);
        return program.Result;
    }

    public void Dispose()
    {
        program.Dispose();
        if (ownsPool)
        {
            pool.Dispose();
        }
    }

    private void PrepareOnce()
    {
        if (!isPrepared)
        {
            Prepare();
        }
    }
}
