using System.Collections.Immutable;
using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Training.Augmentations;
using Microsoft.ML.Cnn.Training.Checkpoints;

namespace Microsoft.ML.Cnn.Training;

/// <summary>
/// Trains a model: epochs of batches, each read ahead, its gradients computed and a step taken; after each epoch metrics. The result is the
/// model of the last epoch, or of the best one where training may end early; it follows from the data, the settings and the instruction set alone, also where
/// training was interrupted and went on from a checkpoint.
/// </summary>
internal sealed class TrainingLoop : IDisposable
{
    private readonly ModelDescription description;
    private readonly TrainingSettings settings;
    private readonly ParameterStore store;
    private readonly Learner learner;
    private readonly CheckpointKeeper? checkpoints;
    private readonly EpochOrder order;
    private readonly BatchAugmenter? augmenter;
    private readonly BatchMixer? mixer;
    private readonly BatchReader reader;
    private readonly ValidationPass? validation;
    private readonly BestEpoch best;
    private readonly ParameterStore? bestStore;
    private readonly ProgressReporter? progress;
    private readonly Action throwIfCanceled;
    private readonly double stepsPerEpoch;
    private readonly TrainingClock clock;
    private ImmutableArray<CnnTrainingMetrics> epochs = [];
    private TrainingPosition position;
    private PlateauState plateau = PlateauState.Start;
    private StoppingState stopping = StoppingState.Start;

    private TrainingLoop(
        ModelDescription description,
        ParameterStore store,
        IExampleSource train,
        long trainRows,
        IExampleSource? validation,
        long validationRows,
        TrainingSettings settings
    )
    {
        this.description = description;
        this.settings = settings;
        this.store = store;
        int batchSize = (int)Math.Min(settings.BatchSize, trainRows);
        learner = new Learner(description, store, settings.Optimizer, settings.PlanFor(batchSize), settings.Clipping);
        best = new BestEpoch(settings.EarlyStopping?.Metric);
        bestStore = settings.KeepsBest() ? new ParameterStore(store.Table) : null;
        checkpoints = settings.Checkpoints is null ? null : Keep(settings.Checkpoints);
        if (checkpoints?.Resume() is { } saved)
        {
            (position, epochs) = (saved.Position, saved.Epochs);
            learner.GoOnAfter(position.Steps);
        }

        clock = new TrainingClock(position);
        order = new EpochOrder(train, trainRows, settings.ShuffleBufferRows, settings.Seed);
        this.validation = validation is null
            ? null
            : new ValidationPass(description, store, validation, validationRows, settings, position.Epoch);
        augmenter = BatchAugmenter.Create(description, settings);
        mixer = BatchMixer.Create(batchSize, train.RowLength, settings);
        reader = new BatchReader(
            order.Open,
            settings.Epochs,
            batchSize,
            train.PixelsPerRow,
            settings.Loss.ClassesOf(description.OutputLength),
            position.Epoch,
            position.Batch,
            augmenter,
            train.TargetsPerRow,
            mixer
        );
        throwIfCanceled = settings.ThrowIfCanceled;
        stepsPerEpoch = Math.Ceiling((double)trainRows / batchSize);
        progress = settings.Progressed is null ? null : new ProgressReporter(settings, (long)stepsPerEpoch);
    }

    /// <summary>Trains from the parameters given, which stay as they are.</summary>
    /// <param name="description">The model, its output layer and normalization included.</param>
    /// <param name="initial">Parameters and states to begin with, and the table that says what is frozen.</param>
    /// <param name="train">Examples to learn from, with labels from 0 to one less than the outputs.</param>
    /// <param name="trainRows">Rows of it that count, as <see cref="PixelStatistics"/> found: schedules and orders follow from it.</param>
    /// <param name="validation">Examples to measure with after each epoch, if any.</param>
    /// <param name="validationRows">Rows of it that count.</param>
    /// <param name="settings">How to train.</param>
    /// <exception cref="InvalidOperationException">There is nothing to train on.</exception>
    /// <exception cref="TrainingDivergedException">The loss became NaN or infinite.</exception>
    /// <exception cref="CnnCheckpointException">A checkpoint cannot be written, or gone on from.</exception>
    /// <exception cref="OperationCanceledException">
    /// Training was canceled, and shall throw then or has no epoch behind it; where it has a workspace, it is saved there.
    /// </exception>
    public static CnnModel Run(
        ModelDescription description,
        ParameterStore initial,
        IExampleSource train,
        long trainRows,
        IExampleSource? validation,
        long validationRows,
        TrainingSettings settings
    )
    {
        settings.ThrowIfCanceled();
        if (trainRows == 0)
        {
            throw PixelStatistics.NoRows();
        }

        ParameterStore store = initial.Clone();
        using TrainingLoop loop = new(description, store, train, trainRows, validation, validationRows, settings);
        loop.Run();
        return loop.ToModel();
    }

    public void Dispose()
    {
        reader.Dispose();
        augmenter?.Dispose();
        mixer?.Dispose();
        validation?.Dispose();
        bestStore?.Dispose();
        order.Dispose();
        learner.Dispose();
    }

    private void Run()
    {
        foreach (CnnTrainingMetrics metrics in epochs)
        {
            _ = LearnFrom(metrics);
            settings.EpochCompleted?.Invoke(metrics);
        }

        try
        {
            while (position.Epoch < settings.Epochs && settings.EarlyStopping?.IsOver(stopping) != true)
            {
                CompleteEpoch(RunEpoch());
            }
        }
        catch (OperationCanceledException)
        {
            Save();
            if (settings.OnCancellation == OnCancellation.Throw || best.Epoch == 0 || !settings.IsStopWanted())
            {
                throw;
            }

            EndWithBest("Training was canceled");
            return;
        }

        if (settings.EarlyStopping is { } criterion)
        {
            EndWithBest(criterion.IsOver(stopping) ? $"{criterion.Metric} no longer improves" : "All epochs are over");
        }
    }

    private void CompleteEpoch(CnnTrainingMetrics metrics)
    {
        bool isBest = LearnFrom(metrics);
        if (isBest)
        {
            bestStore?.TakeOver(store);
        }

        position = position.NextEpoch();
        epochs = epochs.Add(metrics);
        if (isBest)
        {
            checkpoints?.SaveBest(ToModel());
        }

        Save();

        // Whoever is told may cancel or throw: all is in order, and saved, by then.
        settings.EpochCompleted?.Invoke(metrics);
    }

    /// <summary>Draws all conclusions from an epoch's metrics, also where the epoch was that of an interrupted training.</summary>
    /// <returns>Whether the epoch is the best so far.</returns>
    private bool LearnFrom(CnnTrainingMetrics metrics)
    {
        plateau = settings.Schedule.After(plateau, metrics, settings.LearningRate);
        stopping = settings.EarlyStopping?.After(stopping, metrics) ?? stopping;
        return best.Consider(metrics);
    }

    private CnnModel ToModel() => new(description, settings.Scaling?.ToLabels(store) ?? store);

    private void EndWithBest(string why)
    {
        store.TakeOver(bestStore!);
        settings.Log?.Invoke($"{why}: the model is that of {best}.");
    }

    private CnnTrainingMetrics RunEpoch()
    {
        EpochSums sums = Train();
        double seconds = clock.EpochSeconds;
        EpochSums? measured = validation?.Run(throwIfCanceled);
        return new CnnTrainingMetrics(
            position.Epoch + 1,
            settings.Epochs,
            sums.Loss,
            sums.Accuracy(settings),
            measured?.Loss,
            measured?.Accuracy(settings),
            RateAt(batch: 0),
            sums.Rows / seconds,
            sums.Rows,
            TimeSpan.FromSeconds(clock.Seconds)
        )
        {
            RunningTrainRootMeanSquaredError = sums.RootMeanSquaredError(settings),
            ValidationRootMeanSquaredError = measured?.RootMeanSquaredError(settings),
        };
    }

    private EpochSums Train()
    {
        clock.BeginEpoch(position);
        progress?.BeginEpoch();
        while (reader.Take(throwIfCanceled) is { } batch)
        {
            throwIfCanceled();
            float rate = RateAt(position.Batch);
            BatchResult result = learner.Step(batch, rate);
            if (!double.IsFinite(result.WeightedLoss))
            {
                throw Diverged(position.Batch + 1, result.WeightedLoss);
            }

            position = position.After(batch, result);
            progress?.Report(position, rate, clock);
            if (checkpoints?.IsDue == true)
            {
                Save();
            }
        }

        // The very last step, which no loss follows, may have been the one that went wrong.
        if (!HasFiniteParameters())
        {
            throw Diverged(position.Batch, double.NaN);
        }

        return position.Sums.Rows > 0 ? position.Sums : throw PixelStatistics.NoRows();
    }

    private TrainingDivergedException Diverged(long batch, double loss) =>
        new(position.Epoch + 1, batch, RateAt(Math.Max(0, batch - 1)), loss);

    private void Save()
    {
        // Before its first batch an epoch has not begun: the clock still shows the one before.
        double epochSeconds = position.Batch == 0 ? 0 : clock.EpochSeconds;
        checkpoints?.Save(position with { EpochSeconds = epochSeconds, Seconds = clock.Seconds }, epochs);
    }

    private CheckpointKeeper Keep(CheckpointSettings checkpoints) =>
        new(
            checkpoints,
            IdentityOfTraining.Of(checkpoints.Data, description, store, settings, learner.PlanName),
            settings.Seed,
            store,
            learner,
            bestStore
        );

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

    private float RateAt(long batch) =>
        settings.Schedule.RateAt(
            new TrainingMoment(position.Epoch + Math.Min(1, batch / stepsPerEpoch), settings.Epochs, 1 / stepsPerEpoch),
            plateau,
            settings.LearningRate
        );
}
