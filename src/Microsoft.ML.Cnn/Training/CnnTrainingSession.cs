using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Training;

namespace Microsoft.ML.Cnn;

/// <summary>
/// Trains a model batch by batch, without ML.NET: for data and loops of one's own. The caller chooses batches, their order and the learning
/// rate of each step; <see cref="ToModel"/> gives the model as it is then. Used by one thread at a time.
/// </summary>
/// <example>
/// <code>
/// Network network = Network.Sequential(new Flatten(), new Dense(64), new ReLU(), new Dense(10));
/// CnnModel start = CnnModel.Create(network, new Shape(28, 28, 1), seed: 1, ModelOutput.Softmax);
/// using CnnTrainingSession session = new(start, batchSize: 64);
/// foreach ((float[] pixels, int[] labels) in batches)
/// {
///     session.Step(pixels, labels, learningRate: 0.03f);
/// }
/// CnnModel trained = session.ToModel();
/// </code>
/// </example>
public sealed class CnnTrainingSession : IDisposable
{
    private readonly CnnModel model;
    private readonly ParameterStore store;
    private readonly Learner learner;
    private readonly Batch batch;
    private long steps;

    /// <summary>Compiles the model for training.</summary>
    /// <param name="model">What to begin with; it stays as it is. Its outputs are the classes.</param>
    /// <param name="batchSize">Images of the largest step, at least 1.</param>
    /// <param name="optimizer">How a step follows from the gradients; <see cref="Sgd"/> with momentum 0.9 by default.</param>
    /// <param name="threads">Threads that compute, at least 1; by default as many as there are cores. The result does not depend on them.</param>
    /// <param name="seed">Of dropout's random numbers.</param>
    /// <param name="clipping">What is done to gradients before each step; null for nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1, or the model has fewer than two outputs.</exception>
    public CnnTrainingSession(
        CnnModel model,
        int batchSize,
        Optimizer? optimizer = null,
        int? threads = null,
        int seed = 0,
        GradientClipping? clipping = null
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads ?? 1, nameof(threads));
        ArgumentOutOfRangeException.ThrowIfLessThan(model.OutputLength, 2, nameof(model));
        this.model = model;
        store = model.Store.Clone();
        PlanOptions options = PlanOptions.For(batchSize, threads ?? Environment.ProcessorCount, seed);
        learner = new Learner(model.Description, store, optimizer ?? new Sgd(), options, clipping);
        batch = new Batch(batchSize, checked((int)model.InputShape.Length));
    }

    /// <summary>Images of the largest step.</summary>
    public int BatchSize => batch.Capacity;

    /// <summary>Steps taken.</summary>
    public long Steps => steps;

    /// <summary>Takes one step down the gradient of the batch's mean softmax cross-entropy.</summary>
    /// <param name="pixels">The images, one after another, each as <see cref="CnnModel.Predict(ReadOnlySpan{float})"/> takes it.</param>
    /// <param name="labels">The class of each image, counted from 0; from 1 to <see cref="BatchSize"/> of them.</param>
    /// <param name="learningRate">The length of the step, above 0.</param>
    /// <param name="weights">The weight of each image, at least 0; all 1 by default. The mean is weighted by them.</param>
    /// <returns>The mean loss of the batch before the step.</returns>
    /// <exception cref="ArgumentException">The lengths do not match, or a label, weight or rate is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The loss is NaN or infinite: training has diverged.</exception>
    public double Step(ReadOnlySpan<float> pixels, ReadOnlySpan<int> labels, float learningRate, ReadOnlySpan<float> weights = default)
    {
        Check(pixels, labels, learningRate, weights);
        for (int row = 0; row < labels.Length; row++)
        {
            pixels.Slice(row * batch.PixelsPerRow, batch.PixelsPerRow).CopyTo(batch.Row(row));
            batch.Weights[row] = weights.IsEmpty ? 1 : weights[row];
        }

        labels.CopyTo(batch.Labels);
        batch.Count = labels.Length;
        BatchResult result = learner.Step(batch, learningRate);
        if (!double.IsFinite(result.WeightedLoss))
        {
            throw new InvalidOperationException(
                FormattableString.Invariant(
                    $"The loss became {result.WeightedLoss} in step {steps + 1}, at a learning rate of {learningRate}. What to try: a lower learning rate; pixels of a normal scale."
                )
            );
        }

        steps++;
        return result.TotalWeight > 0 ? result.WeightedLoss / result.TotalWeight : 0;
    }

    /// <summary>The model as it is now; later steps do not change it.</summary>
    public CnnModel ToModel() => new(model.Description, store.Clone());

    /// <inheritdoc/>
    public void Dispose()
    {
        learner.Dispose();
        batch.Dispose();
        store.Dispose();
    }

    private void Check(ReadOnlySpan<float> pixels, ReadOnlySpan<int> labels, float learningRate, ReadOnlySpan<float> weights)
    {
        if (labels.Length < 1 || labels.Length > BatchSize)
        {
            throw new ArgumentException($"A step takes from 1 to {BatchSize} images; received {labels.Length} labels.", nameof(labels));
        }

        if (pixels.Length != labels.Length * batch.PixelsPerRow)
        {
            throw new ArgumentException(
                $"{labels.Length} images of {model.InputShape} have {labels.Length * batch.PixelsPerRow} pixels; received {pixels.Length}.",
                nameof(pixels)
            );
        }

        if (!weights.IsEmpty && weights.Length != labels.Length)
        {
            throw new ArgumentException(
                $"There must be one weight for each of {labels.Length} images; received {weights.Length}.",
                nameof(weights)
            );
        }

        if (labels.ContainsAnyExceptInRange(0, model.OutputLength - 1))
        {
            throw new ArgumentException($"Labels are classes from 0 to {model.OutputLength - 1}; received others.", nameof(labels));
        }

        foreach (float weight in weights)
        {
            if (!(weight >= 0 && float.IsFinite(weight)))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"Weights are finite and at least 0; received {weight}."),
                    nameof(weights)
                );
            }
        }

        if (!(learningRate > 0 && float.IsFinite(learningRate)))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The learning rate must be above 0; received {learningRate}."),
                nameof(learningRate)
            );
        }
    }
}
