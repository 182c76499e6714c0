using System.Diagnostics;
using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Training.Augmentations;

namespace Microsoft.ML.Cnn.Training;

/// <summary>
/// Trains a model: epochs of batches, each read ahead, its gradients computed and a step taken; after each epoch metrics. The result is the
/// model of the last epoch, and follows from the data, the settings and the instruction set alone.
/// </summary>
internal sealed class TrainingLoop : IDisposable
{
    private readonly ModelDescription description;
    private readonly TrainingSettings settings;
    private readonly ParameterStore store;
    private readonly Learner learner;
    private readonly EpochOrder order;
    private readonly BatchAugmenter? augmenter;
    private readonly BatchReader reader;
    private readonly ValidationPass? validation;
    private readonly Action throwIfCanceled;
    private readonly double stepsPerEpoch;
    private readonly Stopwatch elapsed = Stopwatch.StartNew();

    private TrainingLoop(
        ModelDescription description,
        ParameterStore store,
        IExampleSource train,
        long trainRows,
        IExampleSource? validation,
        TrainingSettings settings
    )
    {
        this.description = description;
        this.settings = settings;
        this.store = store;
        int batchSize = (int)Math.Min(settings.BatchSize, trainRows);
        PlanOptions options = new(batchSize, settings.Threads, settings.InstructionSet, settings.Seed);
        learner = new Learner(description, store, settings.Optimizer, options);
        order = new EpochOrder(train, trainRows, settings.ShuffleBufferRows, settings.Seed);
        this.validation = validation is null ? null : new ValidationPass(description, store, validation, settings);
        augmenter = BatchAugmenter.Create(description, settings);
        reader = new BatchReader(order.Open, settings.Epochs, batchSize, train.PixelsPerRow, description.OutputLength, augmenter);
        throwIfCanceled = settings.ThrowIfCanceled;
        stepsPerEpoch = Math.Ceiling((double)trainRows / batchSize);
    }

    /// <summary>Trains from the parameters given, which stay as they are.</summary>
    /// <param name="description">The model, its output layer and normalization included.</param>
    /// <param name="initial">Parameters and states to begin with, and the table that says what is frozen.</param>
    /// <param name="train">Examples to learn from, with labels from 0 to one less than the outputs.</param>
    /// <param name="trainRows">Rows of it that count, as <see cref="PixelStatistics"/> found: schedules and orders follow from it.</param>
    /// <param name="validation">Examples to measure with after each epoch, if any.</param>
    /// <param name="settings">How to train.</param>
    /// <exception cref="InvalidOperationException">There is nothing to train on.</exception>
    /// <exception cref="TrainingDivergedException">The loss became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">Training was canceled.</exception>
    public static CnnModel Run(
        ModelDescription description,
        ParameterStore initial,
        IExampleSource train,
        long trainRows,
        IExampleSource? validation,
        TrainingSettings settings
    )
    {
        settings.ThrowIfCanceled();
        if (trainRows == 0)
        {
            throw PixelStatistics.NoRows();
        }

        ParameterStore store = initial.Clone();
        using TrainingLoop loop = new(description, store, train, trainRows, validation, settings);
        for (int epoch = 0; epoch < settings.Epochs; epoch++)
        {
            CnnTrainingMetrics metrics = loop.RunEpoch(epoch);
            settings.EpochCompleted?.Invoke(metrics);
        }

        return new CnnModel(description, store);
    }

    public void Dispose()
    {
        reader.Dispose();
        augmenter?.Dispose();
        validation?.Dispose();
        order.Dispose();
        learner.Dispose();
    }

    private CnnTrainingMetrics RunEpoch(int epoch)
    {
        long begun = Stopwatch.GetTimestamp();
        EpochSums sums = Train(epoch);
        double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        EpochSums? measured = validation?.Run(throwIfCanceled);
        return new CnnTrainingMetrics(
            epoch + 1,
            settings.Epochs,
            sums.Loss,
            sums.Accuracy,
            measured?.Loss,
            measured?.Accuracy,
            RateAt(epoch, batch: 0),
            sums.Rows / seconds,
            sums.Rows,
            elapsed.Elapsed
        );
    }

    private EpochSums Train(int epoch)
    {
        EpochSums sums = default;
        long batches = 0;
        float rate = RateAt(epoch, batches);
        while (reader.Take(throwIfCanceled) is { } batch)
        {
            throwIfCanceled();
            rate = RateAt(epoch, batches++);
            BatchResult result = learner.Step(batch, rate);
            if (!double.IsFinite(result.WeightedLoss))
            {
                throw new TrainingDivergedException(epoch + 1, batches, rate, result.WeightedLoss);
            }

            sums = sums.Add(batch, result);
        }

        // The very last step, which no loss follows, may have been the one that went wrong.
        if (!HasFiniteParameters())
        {
            throw new TrainingDivergedException(epoch + 1, batches, rate, double.NaN);
        }

        return sums.Rows > 0 ? sums : throw PixelStatistics.NoRows();
    }

    private bool HasFiniteParameters()
    {
        foreach (ParameterSegment segment in store.Table.Trainable)
        {
            foreach (float parameter in store[segment])
            {
                if (!float.IsFinite(parameter))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private float RateAt(int epoch, long batch) =>
        settings.Schedule.RateAt(epoch + Math.Min(1, batch / stepsPerEpoch), settings.Epochs, settings.LearningRate);
}
