using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Peers.Measuring;
using Microsoft.ML.Cnn.Peers.Networks;
using Microsoft.ML.Cnn.Training.Optimizers;

namespace Microsoft.ML.Cnn.Peers.Engines;

/// <summary>This library's plans, without a data pipeline around them.</summary>
internal sealed class CnnEngine : IEngine
{
    private readonly Batch batch;
    private readonly TrainingPlan? training;
    private readonly OptimizerState? optimizer;
    private readonly InferencePlan? inference;
    private readonly float[] scores;
    private long steps;

    public CnnEngine(ComparedModel model, Workload workload)
    {
        batch = workload.Examples(model).ToBatch();
        scores = new float[workload.Batch * model.Description.OutputLength];
        PlanOptions options = workload.PlanOptions;
        if (workload.Mode == Workload.Train)
        {
            training = new TrainingPlan(model.Description, model.Store, options);
            optimizer = OptimizerState.Create(
                new Sgd(momentum: 0.9f),
                new OptimizerTarget(model.Store, training.Gradients, training.Pool),
                options.InstructionSet
            );
        }
        else
        {
            inference = new InferencePlan(model.Description, model.Store, options);
        }
    }

    public void Step()
    {
        if (training == null)
        {
            inference!.Predict(batch, scores);
            return;
        }

        training.ComputeGradients(batch, steps++);
        optimizer!.Step(0.001f);
    }

    public void Dispose()
    {
        optimizer?.Dispose();
        training?.Dispose();
        inference?.Dispose();
        batch.Dispose();
    }
}
