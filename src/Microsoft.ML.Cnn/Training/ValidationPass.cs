using Microsoft.ML.Cnn.Networks.Plans;

namespace Microsoft.ML.Cnn.Training;

/// <summary>Measures a model in training on the validation examples, after each epoch, in their own order.</summary>
internal sealed class ValidationPass : IDisposable
{
    private readonly InferencePlan plan;
    private readonly BatchReader reader;

    /// <param name="description">The model.</param>
    /// <param name="store">Its parameters and states.</param>
    /// <param name="source">The validation examples.</param>
    /// <param name="rows">How many of them count.</param>
    /// <param name="settings">Of the training.</param>
    /// <param name="firstEpoch">The first epoch to measure after, counted from 0.</param>
    public ValidationPass(
        ModelDescription description,
        ParameterStore store,
        IExampleSource source,
        long rows,
        TrainingSettings settings,
        int firstEpoch
    )
    {
        int batchSize = BatchSizeFor(rows, settings);
        plan = new InferencePlan(description, store, settings.PlanFor(batchSize));
        reader = new BatchReader(
            _ => source.Open(shuffleSeed: null),
            settings.Epochs,
            batchSize,
            source.PixelsPerRow,
            settings.Loss.ClassesOf(description.OutputLength),
            firstEpoch,
            targetsPerRow: source.TargetsPerRow
        );
    }

    /// <summary>Rows of a batch: no more than there are, though at least 1.</summary>
    public static int BatchSizeFor(long rows, TrainingSettings settings) => (int)Math.Clamp(rows, 1, settings.BatchSize);

    /// <returns>Null where there is no row that counts.</returns>
    public EpochSums? Run(Action throwIfCanceled)
    {
        plan.Prepare();
        EpochSums sums = default;
        while (reader.Take(throwIfCanceled) is { } batch)
        {
            throwIfCanceled();
            sums = sums.Add(batch, plan.Evaluate(batch));
        }

        return sums.Rows > 0 ? sums : null;
    }

    public void Dispose()
    {
        reader.Dispose();
        plan.Dispose();
    }
}
