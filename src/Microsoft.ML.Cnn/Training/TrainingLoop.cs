using System.Diagnostics;
using Microsoft.ML.Cnn.Networks.Plans;

namespace Microsoft.ML.Cnn.Training;

/// <summary>
/// Trains a model: epochs of batches, each read ahead, its gradients computed and a step taken; after each epoch metrics. The result is the
/// model of the last epoch, or of the best one where training may end early; it follows from the data, the settings and the instruction set alone.
/// </summary>
internal sealed class TrainingLoop : IDisposable
{
    private readonly ModelDescription description;
    private readonly TrainingSettings settings;
    private readonly ParameterStore store;
    private readonly Learner learner;
    private readonly EpochOrder order;
    private readonly BatchReader reader;
    private readonly ValidationPass? validation;
    private readonly BestWeights? best;
    private readonly ProgressReporter? progress;
    private readonly Action throwIfCanceled;
    private readonly double stepsPerEpoch;
    private readonly Stopwatch elapsed = Stopwatch.StartNew();
    private PlateauState plateau = PlateauState.Start;
    private StoppingState stopping = StoppingState.Start;

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
        learner = new Learner(description, store, settings.Optimizer, options, settings.Clipping);
        order = new EpochOrder(train, trainRows, settings.ShuffleBufferRows, settings.Seed);
        this.validation = validation is null ? null : new ValidationPass(description, store, validation, settings);
        reader = new BatchReader(order.Open, settings.Epochs, batchSize, train.PixelsPerRow, description.OutputLength);
        throwIfCanceled = settings.ThrowIfCanceled;
        stepsPerEpoch = Math.Ceiling((double)trainRows / batchSize);
        if (settings.EarlyStopping is not null || settings.OnCancellation == OnCancellation.ReturnBest)
        {
            best = new BestWeights(store, settings.EarlyStopping?.Metric ?? (validation is null ? null : TrainingMetric.ValidationLoss));
        }

        progress = settings.Progressed is null
            ? null
            : new ProgressReporter(settings.Progressed, settings.ProgressInterval, settings.Epochs, (long)stepsPerEpoch);
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
    /// <exception cref="OperationCanceledException">Training was canceled, and shall throw then or has no epoch behind it.</exception>
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
        loop.Run();
        return new CnnModel(description, store);
    }

    public void Dispose()
    {
        reader.Dispose();
        validation?.Dispose();
        best?.Dispose();
        order.Dispose();
        learner.Dispose();
    }

    private void Run()
    {
        try
        {
            int epoch = 0;
            while (epoch < settings.Epochs && settings.EarlyStopping?.IsOver(stopping) != true)
            {
                Complete(RunEpoch(epoch++));
            }

            if (settings.EarlyStopping is not null)
            {
                EndWithBest(epoch < settings.Epochs ? $"{settings.EarlyStopping.Metric} no longer improved" : "All epochs are over");
            }
        }
        catch (OperationCanceledException)
            when (settings.OnCancellation == OnCancellation.ReturnBest && best is { Epoch: > 0 } && settings.IsStopWanted)
        {
            EndWithBest("Training was canceled");
        }
    }

    private void Complete(CnnTrainingMetrics metrics)
    {
        plateau = settings.Schedule.After(plateau, metrics, settings.LearningRate);
        stopping = settings.EarlyStopping?.After(stopping, metrics) ?? stopping;
        best?.Consider(metrics);
        settings.EpochCompleted?.Invoke(metrics);
    }

    private void EndWithBest(string why)
    {
        best!.Restore();
        settings.Log?.Invoke($"{why}: the model is that of {best}.");
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
        progress?.BeginEpoch();
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
            progress?.Report(epoch, batches, sums, rate, elapsed.Elapsed);
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
        settings.Schedule.RateAt(
            new TrainingMoment(epoch + Math.Min(1, batch / stepsPerEpoch), settings.Epochs, 1 / stepsPerEpoch),
            plateau,
            settings.LearningRate
        );
}
