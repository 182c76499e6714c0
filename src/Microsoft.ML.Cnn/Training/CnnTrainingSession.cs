using Microsoft.ML.Cnn.Networks;
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
    private readonly StepExamples examples;
    private long steps;

    /// <summary>Compiles the model for training.</summary>
    /// <param name="model">What to begin with; it stays as it is.</param>
    /// <param name="batchSize">Images of the largest step, at least 1.</param>
    /// <param name="optimizer">How a step follows from the gradients; <see cref="Sgd"/> with momentum 0.9 by default.</param>
    /// <param name="threads">Threads that compute, at least 1; by default as many as there are cores. The result does not depend on them.</param>
    /// <param name="seed">Of dropout's random numbers.</param>
    /// <param name="clipping">What is done to gradients before each step; null for nothing.</param>
    /// <param name="loss">
    /// What steps make small. By default what fits the model's <see cref="ModelOutput"/>: <see cref="SoftmaxCrossEntropy"/>, <see cref="SigmoidCrossEntropy"/>, or
    /// <see cref="SquaredLoss"/> where outputs are the values themselves.
    /// </param>
    /// <param name="freezeUpTo">The path of a layer or block, such as <c>conv4</c>: it and all layers before it stay as they are. Null for none.</param>
    /// <param name="frozen">Paths of layers and blocks that stay as they are, likewise; <c>*</c> stands for any characters. Null for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    /// <exception cref="ArgumentException">The model has a single output, and the loss tells classes apart by outputs; or a layer is named that there is not, or all are frozen.</exception>
    public CnnTrainingSession(
        CnnModel model,
        int batchSize,
        Optimizer? optimizer = null,
        int? threads = null,
        int seed = 0,
        GradientClipping? clipping = null,
        Loss? loss = null,
        string? freezeUpTo = null,
        IReadOnlyList<string>? frozen = null
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads ?? 1, nameof(threads));
        Loss = loss ?? LossFor(model.Output);
        if (Loss is SoftmaxCrossEntropy && model.OutputLength < 2)
        {
            throw new ArgumentException(
                $"The model has one output, and {nameof(SoftmaxCrossEntropy)} tells classes apart by outputs. What would work: a model with an output for each class, or another loss.",
                nameof(model)
            );
        }

        FrozenLayers unchanged = new(freezeUpTo, frozen ?? [], nameof(freezeUpTo), nameof(frozen));
        store = new ParameterStore(TrainedLayers.Of(model.Network, model.InputShape, unchanged));
        store.TakeOver(model.Store);
        this.model = model;
        PlanOptions options = PlanOptions.For(batchSize, threads ?? Environment.ProcessorCount, seed, Loss);
        learner = new Learner(model.Description, store, optimizer ?? new Sgd(), options, clipping);
        examples = new StepExamples(model, Loss, batchSize);
    }

    /// <summary>Images of the largest step.</summary>
    public int BatchSize => examples.BatchSize;

    /// <summary>What steps make small.</summary>
    public Loss Loss { get; }

    /// <summary>Steps taken.</summary>
    public long Steps => steps;

    /// <summary>Takes one step down the gradient of the batch's mean loss, labels being classes and all images weighing the same.</summary>
    /// <inheritdoc cref="Step(ReadOnlySpan{float}, ReadOnlySpan{int}, float, ReadOnlySpan{float})"/>
    public double Step(ReadOnlySpan<float> pixels, ReadOnlySpan<int> labels, float learningRate) =>
        Step(pixels, labels, learningRate, weights: default);

    /// <summary>Takes one step down the gradient of the batch's mean loss, labels being classes.</summary>
    /// <param name="pixels">The images, one after another, each as <see cref="CnnModel.Predict(ReadOnlySpan{float})"/> takes it.</param>
    /// <param name="labels">
    /// The class of each image, counted from 0; from 1 to <see cref="BatchSize"/> of them. With <see cref="SigmoidCrossEntropy"/> and one output, 1 for true and 0 for false.
    /// </param>
    /// <param name="learningRate">The length of the step, above 0.</param>
    /// <param name="weights">The weight of each image, at least 0; none for 1 each. The mean is weighted by them.</param>
    /// <returns>The mean loss of the batch before the step.</returns>
    /// <exception cref="ArgumentException">The lengths do not match, or a label, weight or rate is out of its range, or the loss is none of classes.</exception>
    /// <exception cref="InvalidOperationException">The loss is NaN or infinite: training has diverged.</exception>
    public double Step(ReadOnlySpan<float> pixels, ReadOnlySpan<int> labels, float learningRate, ReadOnlySpan<float> weights) =>
        Step(examples.Fill(pixels, labels, weights), learningRate);

    /// <summary>Takes one step down the gradient of the batch's mean loss, labels being numbers and all images weighing the same.</summary>
    /// <inheritdoc cref="Step(ReadOnlySpan{float}, ReadOnlySpan{float}, float, ReadOnlySpan{float})"/>
    public double Step(ReadOnlySpan<float> pixels, ReadOnlySpan<float> targets, float learningRate) =>
        Step(pixels, targets, learningRate, weights: default);

    /// <summary>Takes one step down the gradient of the batch's mean loss, labels being numbers.</summary>
    /// <param name="pixels">The images, one after another, each as <see cref="CnnModel.Predict(ReadOnlySpan{float})"/> takes it; from 1 to <see cref="BatchSize"/> of them.</param>
    /// <param name="targets">
    /// What the outputs of each image are compared with, as many as there are outputs, one image after another. With <see cref="SigmoidCrossEntropy"/> numbers from 0 to 1.
    /// </param>
    /// <param name="learningRate">The length of the step, above 0.</param>
    /// <param name="weights">The weight of each image, at least 0; none for 1 each. The mean is weighted by them.</param>
    /// <returns>The mean loss of the batch before the step.</returns>
    /// <exception cref="ArgumentException">The lengths do not match, or a target, weight or rate is out of its range, or the loss is one of classes alone.</exception>
    /// <exception cref="InvalidOperationException">The loss is NaN or infinite: training has diverged.</exception>
    public double Step(ReadOnlySpan<float> pixels, ReadOnlySpan<float> targets, float learningRate, ReadOnlySpan<float> weights) =>
        Step(examples.Fill(pixels, targets, weights), learningRate);

    /// <summary>The model as it is now; later steps do not change it.</summary>
    public CnnModel ToModel() => new(model.Description, store.Clone());

    /// <inheritdoc/>
    public void Dispose()
    {
        learner.Dispose();
        examples.Dispose();
        store.Dispose();
    }

    private static Loss LossFor(ModelOutput output) =>
        output switch
        {
            ModelOutput.Softmax => new SoftmaxCrossEntropy(),
            ModelOutput.Sigmoid => new SigmoidCrossEntropy(),
            _ => new SquaredLoss(),
        };

    private double Step(Batch batch, float learningRate)
    {
        if (!(learningRate > 0 && float.IsFinite(learningRate)))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The learning rate must be above 0; received {learningRate}."),
                nameof(learningRate)
            );
        }

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
}
