using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans;

/// <summary>
/// A network compiled for training: one step computes the loss of a batch and the gradients of all parameters. Used by one thread at a time.
/// </summary>
internal sealed class TrainingPlan : IDisposable
{
    private readonly PlanProgram program;

    /// <param name="description">The network, the output layer included.</param>
    /// <param name="store">Its parameters, read at each step, and its states, which steps change.</param>
    /// <param name="options">What to compile for.</param>
    public TrainingPlan(ModelDescription description, ParameterStore store, PlanOptions options)
    {
        Store = store;
        Options = options;
        Gradients = new AlignedBuffer(store.Table.TrainableLength);
        Pool = new WorkerPool(options.Threads);
        program = PlanProgram.ForTraining(description, store, Gradients, options);
    }

    public PlanOptions Options { get; }

    public ParameterStore Store { get; }

    /// <summary>As <see cref="ParameterStore.Parameters"/>, of the latest batch; gaps are zero.</summary>
    public AlignedBuffer Gradients { get; }

    public WorkerPool Pool { get; }

    /// <summary>Segments whose gradients go to the update of a step, if it has one, instead of <see cref="Gradients"/>.</summary>
    public IReadOnlyList<ParameterSegment> Fused => program.Fused;

    /// <summary>Names what the order of all sums follows from: layouts and algorithms, slices and shards.</summary>
    public string Name => program.Name;

    /// <summary>Bytes of all values, gradients of values and scratch.</summary>
    public long ArenaBytes => program.Bytes;

    /// <summary>Forward and backward: fills <see cref="Gradients"/> with those of the weighted mean loss of the batch.</summary>
    /// <param name="batch">At least one row.</param>
    /// <param name="step">The number of the step since training began: dropout's random numbers follow from it.</param>
    /// <param name="update">Changes the parameters of <see cref="Fused"/> on the way; null to leave all parameters as they are.</param>
    public BatchResult ComputeGradients(Batch batch, long step, IParameterUpdate? update = null)
    {
        program.Live.Set(batch, step);
        program.Live.Update = update;
        program.Loss(Pool);
        return program.Result;
    }

    public void Dispose()
    {
        program.Dispose();
        Gradients.Dispose();
        Pool.Dispose();
    }
}
