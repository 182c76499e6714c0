using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Training;

namespace Microsoft.ML.Cnn.Benchmarks.Networks;

/// <summary>A network's plans, each compiled when it is first used, with a batch that is filled once: what the engine takes, without any data pipeline.</summary>
internal sealed class BarePlans : IDisposable
{
    public const int Classes = 10;

    private readonly ParameterStore store;
    private readonly Batch batch;
    private readonly Lazy<Learner> training;
    private readonly Lazy<InferencePlan> inference;
    private readonly float[] scores;

    /// <summary>Those of LeNet-5.</summary>
    public BarePlans(int batchSize, int threads)
        : this(Architectures.LeNet5(), new Shape(28, 28, 1), batchSize, threads) { }

    /// <summary>Those of the layers given and an output layer.</summary>
    public BarePlans(Network layers, Shape input, int batchSize, int threads, int classes = Classes)
    {
        Network network = layers.WithOutput(classes, input);
        ModelDescription model = new(network, input, PixelOrder.Planar, PixelNormalization.None(input.Channels), ModelOutput.Softmax, []);
        PlanOptions options = PlanOptions.For(batchSize, threads);
        store = ParameterStore.Initialize(network, input, seed: 1);
        training = new(() => new Learner(model, store, new Sgd(momentum: 0.9f), options));
        inference = new(() => new InferencePlan(model, store, options));
        scores = new float[batchSize * classes];
        batch = new Batch(batchSize, (int)input.Length) { Count = batchSize };
        Random random = new(1);
        for (int row = 0; row < batchSize; row++)
        {
            foreach (ref float pixel in batch.Row(row))
            {
                pixel = random.NextSingle() - 0.5f;
            }

            batch.Labels[row] = random.Next(classes);
            batch.Weights[row] = 1;
        }
    }

    /// <summary>One step with the batch.</summary>
    public void Train() => training.Value.Step(batch, 0.001f);

    /// <summary>Scores of the batch.</summary>
    public float Predict()
    {
        inference.Value.Predict(batch, scores);
        return scores[0];
    }

    public void Dispose()
    {
        Close(inference);
        Close(training);
        batch.Dispose();
        store.Dispose();

        static void Close<T>(Lazy<T> plan)
            where T : IDisposable
        {
            if (plan.IsValueCreated)
            {
                plan.Value.Dispose();
            }
        }
    }
}
