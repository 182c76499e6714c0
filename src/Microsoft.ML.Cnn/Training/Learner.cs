using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Tensors;
using Microsoft.ML.Cnn.Training.Optimizers;

namespace Microsoft.ML.Cnn.Training;

/// <summary>A plan and an optimizer on the same parameters: takes one step after another.</summary>
internal sealed class Learner : IDisposable
{
    private readonly TrainingPlan plan;
    private readonly OptimizerState optimizer;
    private readonly bool isFused;

    /// <param name="description">The network, the output layer included.</param>
    /// <param name="store">Its parameters and states, which steps change.</param>
    /// <param name="optimizer">How.</param>
    /// <param name="options">What to compile for.</param>
    /// <param name="clipping">What is done to gradients before a step; null for nothing.</param>
    public Learner(
        ModelDescription description,
        ParameterStore store,
        Optimizer optimizer,
        PlanOptions options,
        GradientClipping? clipping = null
    )
    {
        plan = new TrainingPlan(description, store, options);
        isFused = clipping is not { IsElementwise: false };
        this.optimizer = OptimizerState.Create(
            optimizer,
            new OptimizerTarget(store, plan.Gradients, plan.Pool, isFused ? plan.Fused : [], clipping),
            options.InstructionSet
        );
    }

    /// <summary>The optimizer's running buffers, each as long as the parameters.</summary>
    public IReadOnlyList<AlignedBuffer> Moments => optimizer.Moments;

    /// <summary>Names the plan that computes gradients: sums are in the same order only with the same plan.</summary>
    public string PlanName => plan.Name;

    /// <summary>Takes one step, unless the loss is NaN or infinite: then parameters stay as they are.</summary>
    /// <param name="batch">At least one row.</param>
    /// <param name="rate">The learning rate.</param>
    /// <returns>Loss and hits before the step.</returns>
    public BatchResult Step(Batch batch, float rate)
    {
        optimizer.Begin(rate);
        BatchResult result = plan.ComputeGradients(batch, optimizer.Steps, isFused ? optimizer : null);
        if (double.IsFinite(result.WeightedLoss))
        {
            optimizer.Step();
        }

        return result;
    }

    /// <summary>Goes on behind so many steps; <see cref="Moments"/> and parameters are those of that moment.</summary>
    public void GoOnAfter(long steps) => optimizer.GoOnAfter(steps);

    public void Dispose()
    {
        optimizer.Dispose();
        plan.Dispose();
    }
}
