using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Peers.Measuring;
using Microsoft.ML.Cnn.Peers.Networks;
using Microsoft.ML.Cnn.Training;

namespace Microsoft.ML.Cnn.Peers.Engines;

/// <summary>This library's plans, without a data pipeline around them. It takes the model over.</summary>
internal sealed class CnnEngine : IEngine
{
    private readonly ComparedModel model;
    private readonly Batch batch;
    private readonly Learner? training;
    private readonly InferencePlan? inference;
    private readonly float[] scores;

    public CnnEngine(ComparedModel model, Workload workload)
    {
        this.model = model;
        batch = model.Examples(workload.Batch).ToBatch();
        scores = new float[workload.Batch * model.Description.OutputLength];
        PlanOptions options = workload.PlanOptions;
        if (workload.Mode == Mode.Train)
        {
            training = new Learner(model.Description, model.Store, new Sgd(momentum: 0.9f), options);
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

        training.Step(batch, 0.001f);
    }

    public void Dispose()
    {
        training?.Dispose();
        inference?.Dispose();
        batch.Dispose();
        model.Dispose();
    }
}
