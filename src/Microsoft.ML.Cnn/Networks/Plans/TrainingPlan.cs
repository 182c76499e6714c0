using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans;

/// <summary>The sums over one batch that metrics are made of.</summary>
/// <param name="WeightedLoss">Sum of weight times loss.</param>
/// <param name="TotalWeight">Sum of weights.</param>
/// <param name="CorrectWeight">Sum of the weights of rows whose greatest score is that of their label.</param>
internal readonly record struct BatchResult(double WeightedLoss, double TotalWeight, double CorrectWeight);

// STUB for signatures: replaced by the real plan.
internal sealed class TrainingPlan : IDisposable
{
    public TrainingPlan(ModelDescription description, ParameterStore store, PlanOptions options) =>
        (Store, Gradients, Pool) = (store, new AlignedBuffer(store.Table.TrainableLength), new WorkerPool(options.Threads));

    public ParameterStore Store { get; }

    /// <summary>As <see cref="ParameterStore.Parameters"/>, of the latest batch; gaps are zero.</summary>
    public AlignedBuffer Gradients { get; }

    public WorkerPool Pool { get; }

    /// <summary>Forward and backward: fills <see cref="Gradients"/> with those of the weighted mean loss of the batch.</summary>
    /// <param name="batch">At least one row.</param>
    /// <param name="step">The number of the step since training began: dropout's random numbers follow from it.</param>
    public BatchResult ComputeGradients(Batch batch, long step) => throw new NotSupportedException();

    public void Dispose()
    {
        Gradients.Dispose();
        Pool.Dispose();
    }
}

// STUB for signatures: replaced by the real plan.
internal sealed class InferencePlan : IDisposable
{
    public InferencePlan(ModelDescription description, ParameterStore store, PlanOptions options) { }

    /// <summary>Takes over the parameters as they are now. To be called before the first prediction and after each change.</summary>
    public void Prepare() => throw new NotSupportedException();

    /// <summary>Scores of each row of the batch, one after another: [batch.Count, outputs].</summary>
    public void Predict(Batch batch, Span<float> scores) => throw new NotSupportedException();

    /// <summary>The loss and the hits of a batch with labels (softmax cross-entropy), nothing dropped out.</summary>
    public BatchResult Evaluate(Batch batch) => throw new NotSupportedException();

    public void Dispose() { }
}
