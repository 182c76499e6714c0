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
    /// <param name="settings">Of the training.</param>
    /// <param name="firstEpoch">The first epoch to measure after, counted from 0.</param>
    public ValidationPass(
        ModelDescription description,
        ParameterStore store,
        IExampleSource source,
        TrainingSettings settings,
        int firstEpoch
    )
    {
        PlanOptions options = new(settings.BatchSize, settings.Threads, settings.InstructionSet, Loss: settings.Loss);
        plan = new InferencePlan(description, store, options);
        reader = new BatchReader(
            _ => source.Open(shuffleSeed: null),
            settings.Epochs,
            settings.BatchSize,
            source.PixelsPerRow,
            settings.Loss.ClassesOf(description.OutputLength),
            firstEpoch,
            targetsPerRow: source.TargetsPerRow
        );
    }

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
