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
    private readonly Preparation preparation;

    // Created once: a prediction allocates nothing.
    private readonly Action prepare;

    /// <param name="description">The network, the output layer included.</param>
    /// <param name="store">Its parameters and states.</param>
    /// <param name="options">What to compile for. With as many threads as the process has cores, the pool is shared with other plans.</param>
    /// <param name="preparations">Of a model whose parameters do not change, to share what is made of them with its other plans.</param>
    public InferencePlan(ModelDescription description, ParameterStore store, PlanOptions options, Preparations? preparations = null)
    {
        outputs = description.OutputLength;
        ownsPool = options.Threads != WorkerPool.Shared.Workers;
        pool = ownsPool ? new WorkerPool(options.Threads) : WorkerPool.Shared;
        Preparation? ofKind = null;
        program = PlanProgram.ForInference(
            description,
            store,
            options,
            (kind, prepared) => (ofKind = preparations?.Of(kind) ?? new Preparation(isShared: false)).Provide(prepared)
        );
        preparation = ofKind!;
        prepare = () => program.Prepare(pool);
    }

    /// <summary>Bytes of all memory but that of other plans.</summary>
    public long Bytes => program.Bytes;

    /// <summary>Takes over the parameters as they are now. Done once before the first prediction; to be called after each change.</summary>
    public void Prepare() => preparation.Again(prepare);

    /// <summary>Scores of each row of the batch, one after another.</summary>
    /// <param name="batch">At least one row; labels and weights are not read.</param>
    /// <param name="scores">[batch.Count, outputs].</param>
    public unsafe void Predict(Batch batch, Span<float> scores)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(scores.Length, batch.Count * outputs);
        preparation.Once(prepare);
        program.Live.Set(batch, step: 0);
        fixed (float* first = scores)
        {
            program.Live.Scores = first;
            program.Score(pool);
        }
    }

    /// <summary>The loss and the hits of a batch with labels, nothing dropped out.</summary>
    public BatchResult Evaluate(Batch batch)
    {
        preparation.Once(prepare);
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
}
