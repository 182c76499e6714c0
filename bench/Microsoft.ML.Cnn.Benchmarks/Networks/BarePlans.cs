using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Training;

namespace Microsoft.ML.Cnn.Benchmarks.Networks;

/// <summary>A network's plans with a batch that is filled once: what the engine takes, without any data pipeline.</summary>
internal sealed class BarePlans : IDisposable
{
    public const int Classes = 10;

    private readonly ParameterStore store;
    private readonly Batch batch;
    private readonly Learner training;
    private readonly InferencePlan inference;
    private readonly float[] scores;

    /// <summary>Those of LeNet-5.</summary>
    public BarePlans(int batchSize, int threads)
        : this(Architectures.LeNet5(), new Shape(28, 28, 1), batchSize, threads) { }

    /// <summary>Those of the layers given and an output layer.</summary>
    public BarePlans(Network layers, Shape input, int batchSize, int threads)
    {
        Network network = layers.WithOutput(Classes, input);
        ModelDescription model = new(network, input, PixelOrder.Planar, PixelNormalization.None(input.Channels), ModelOutput.Softmax, []);
        PlanOptions options = PlanOptions.For(batchSize, threads);
        store = ParameterStore.Initialize(network, input, seed: 1);
        training = new Learner(model, store, new Sgd(momentum: 0.9f), options);
        inference = new InferencePlan(model, store, options);
        scores = new float[batchSize * Classes];
        batch = new Batch(batchSize, (int)input.Length) { Count = batchSize };
        Random random = new(1);
        for (int row = 0; row < batchSize; row++)
        {
            foreach (ref float pixel in batch.Row(row))
            {
                pixel = random.NextSingle() - 0.5f;
            }

            batch.Labels[row] = random.Next(Classes);
            batch.Weights[row] = 1;
        }
    }

    /// <summary>One step with the batch.</summary>
    public void Train() => training.Step(batch, 0.001f);

    /// <summary>Scores of the batch.</summary>
    public float Predict()
    {
        inference.Predict(batch, scores);
        return scores[0];
    }

    public void Dispose()
    {
        inference.Dispose();
        training.Dispose();
        batch.Dispose();
        store.Dispose();
    }
}
