using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Training.Optimizers;

namespace Microsoft.ML.Cnn.Training;

/// <summary>A plan and an optimizer on the same parameters: takes one step after another.</summary>
internal sealed class Learner : IDisposable
{
    private readonly TrainingPlan plan;
    private readonly OptimizerState optimizer;
    private readonly bool isFused;
    private long steps;

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

    /// <summary>Takes one step, unless the loss is NaN or infinite: then parameters stay as they are.</summary>
    /// <param name="batch">At least one row.</param>
    /// <param name="rate">The learning rate.</param>
    /// <returns>Loss and hits before the step.</returns>
    public BatchResult Step(Batch batch, float rate)
    {
        optimizer.Begin(rate);
        BatchResult result = plan.ComputeGradients(batch, steps++, isFused ? optimizer : null);
        if (double.IsFinite(result.WeightedLoss))
        {
            optimizer.Step();
        }

        return result;
    }

    public void Dispose()
    {
        optimizer.Dispose();
        plan.Dispose();
    }
}
