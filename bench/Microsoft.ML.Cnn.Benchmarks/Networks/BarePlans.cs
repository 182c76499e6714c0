using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Training;

namespace Microsoft.ML.Cnn.Benchmarks.Networks;

/// <summary>LeNet-5's plans with a batch that is filled once: what the engine takes, without any data pipeline.</summary>
internal sealed class BarePlans : IDisposable
{
    public const int Classes = 10;

    private readonly ParameterStore store;
    private readonly Batch batch;
    private readonly Learner training;
    private readonly InferencePlan inference;
    private readonly float[] scores;

    public BarePlans(int batchSize, int threads)
    {
        Shape input = new(28, 28, 1);
        Network network = Architectures.LeNet5().WithOutput(Classes, input);
        ModelDescription model = new(network, input, PixelOrder.Planar, PixelNormalization.None(1), ModelOutput.Softmax, []);
        PlanOptions options = PlanOptions.For(batchSize, threads);
        store = ParameterStore.Initialize(network, input, seed: 1);
        training = new Learner(model, store, new Sgd(momentum: 0.9f), options);
        inference = new InferencePlan(model, store, options);
        scores = new float[batchSize * Classes];
        batch = new Batch(batchSize, RandomImage.Pixels) { Count = batchSize };
        Random random = new(1);
        for (int row = 0; row < batchSize; row++)
        {
            RandomImage image = RandomImage.Next(random);
            image.Features.CopyTo(batch.Row(row));
            batch.Labels[row] = (int)image.Label - 1;
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
