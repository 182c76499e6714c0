using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Training;

namespace Microsoft.ML.Cnn.Peers;

/// <summary>This library's plans, without a data pipeline around them.</summary>
internal sealed class CnnEngine : IEngine
{
    private readonly ParameterStore store;
    private readonly Batch batch;
    private readonly Learner? training;
    private readonly InferencePlan? inference;
    private readonly float[] scores;

    public CnnEngine(Workload workload)
    {
        (Network body, Shape input, int classes) = ComparedNetworks.Ours(workload.Net);
        Network network = body.WithOutput(classes, input);
        ModelDescription model = new(network, input, PixelOrder.Planar, PixelNormalization.None(input.Channels), ModelOutput.Softmax, []);
        store = ParameterStore.Initialize(network, input, seed: 1);
        batch = RandomBatch(workload.Batch, (int)input.Length, classes);
        scores = new float[workload.Batch * classes];
        PlanOptions options = PlanOptions.For(workload.Batch, workload.Threads);
        if (workload.Mode == "train")
        {
            training = new Learner(model, store, new Sgd(momentum: 0.9f), options);
        }
        else
        {
            inference = new InferencePlan(model, store, options);
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
        store.Dispose();
    }

    private static Batch RandomBatch(int count, int pixels, int classes)
    {
        Random random = new(1);
        Batch batch = new(count, pixels) { Count = count };
        for (int row = 0; row < count; row++)
        {
            foreach (ref float pixel in batch.Row(row))
            {
                pixel = random.NextSingle() - 0.5f;
            }

            batch.Labels[row] = random.Next(classes);
            batch.Weights[row] = 1;
        }

        return batch;
    }
}
