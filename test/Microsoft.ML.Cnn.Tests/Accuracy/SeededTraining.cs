using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Training;

namespace Microsoft.ML.Cnn.Tests.Accuracy;

/// <summary>Training on batches that follow from a seed: what begins alike and computes alike stays alike.</summary>
internal sealed class SeededTraining : IDisposable
{
    private const float Rate = 0.01f;

    private readonly FashionImages images;
    private readonly Learner learner;
    private readonly Batch batch;
    private readonly Random random;
    private readonly int[] rows;
    private readonly Random? order;

    /// <param name="description">The network.</param>
    /// <param name="store">Its parameters, which steps change.</param>
    /// <param name="images">To learn.</param>
    /// <param name="batchSize">Images of a step.</param>
    /// <param name="seed">Of the choice of images.</param>
    /// <param name="order">Puts the images of each batch into another order; none leaves them as they are chosen.</param>
    public SeededTraining(
        ModelDescription description,
        ParameterStore store,
        FashionImages images,
        int batchSize,
        int seed,
        Random? order = null
    )
    {
        (this.images, this.order) = (images, order);
        learner = new Learner(description, store, new Sgd(momentum: 0.9f), PlanOptions.For(batchSize, threads: 1));
        batch = new Batch(batchSize, (int)images.Shape.Length);
        random = new Random(seed);
        rows = new int[batchSize];
    }

    /// <summary>Takes steps.</summary>
    /// <returns>The mean loss of the last one, before it.</returns>
    public double Run(int steps)
    {
        double loss = 0;
        for (int step = 0; step < steps; step++)
        {
            foreach (ref int row in rows.AsSpan())
            {
                row = random.Next(images.Count);
            }

            order?.Shuffle(rows);
            images.Fill(batch, rows);
            BatchResult result = learner.Step(batch, Rate);
            loss = result.WeightedLoss / result.TotalWeight;
        }

        return loss;
    }

    public void Dispose()
    {
        learner.Dispose();
        batch.Dispose();
    }
}
