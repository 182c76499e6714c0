using Microsoft.ML.Cnn.Networks.Plans;

namespace Microsoft.ML.Cnn.Training;

/// <summary>What a training will take, in bytes, worked out before any of it is taken.</summary>
/// <param name="Parameters">Parameters and states: those to begin with, those in training, and the best so far where they are kept.</param>
/// <param name="Gradients">Gradients, and the optimizer's running buffers.</param>
/// <param name="Values">What lies between layers, and workspace, in training and in validation.</param>
/// <param name="Images">Batches that are read ahead, and rows that are shuffled.</param>
internal sealed record TrainingMemory(long Parameters, long Gradients, long Values, long Images)
{
    /// <summary>Less than all memory: the rest is for the system, the data and the application.</summary>
    private const double ComfortableShare = 0.75;

    public long Total => Parameters + Gradients + Values + Images;

    /// <param name="model">The network.</param>
    /// <param name="table">Of its parameters.</param>
    /// <param name="settings">How it is trained.</param>
    /// <param name="train">The training images.</param>
    /// <param name="trainRows">How many there are.</param>
    /// <param name="validationRows">How many validation images there are; 0 for none.</param>
    public static TrainingMemory Of(
        ModelDescription model,
        ParameterTable table,
        TrainingSettings settings,
        IExampleSource train,
        long trainRows,
        long validationRows
    )
    {
        PlanOptions training = settings.PlanFor((int)Math.Min(settings.BatchSize, trainRows));
        long images = BatchReader.BytesFor(training.BatchSize, train.RowLength);
        long values = PlanEstimate.Of(model, table, training, training: true).Bytes;
        if (validationRows > 0)
        {
            PlanOptions validation = settings.PlanFor(ValidationPass.BatchSizeFor(validationRows, settings));
            values += PlanEstimate.Of(model, table, validation, training: false).Bytes;
            images += BatchReader.BytesFor(validation.BatchSize, train.RowLength);
        }

        if (!train.CanShuffle)
        {
            long capacity = Math.Min(trainRows, settings.ShuffleBufferRows ?? ShuffleBuffer.DefaultCapacity(trainRows, train.RowLength));
            images += capacity * train.RowLength * sizeof(float);
        }

        return new TrainingMemory(
            (settings.KeepsBest() ? 3 : 2) * (table.TrainableLength + table.StateLength) * sizeof(float),
            (1 + settings.Optimizer.Moments) * table.TrainableLength * sizeof(float),
            values,
            images
        );
    }

    /// <summary>Compares what is needed with what the machine, or the container, has.</summary>
    /// <param name="available">In bytes.</param>
    /// <param name="mayExceed">Whether more than that is only worth a warning.</param>
    /// <param name="warn">Told where it will be tight.</param>
    /// <exception cref="InsufficientMemoryException">It is more than there is.</exception>
    public void Require(long available, bool mayExceed, Action<string> warn)
    {
        if (Total > available && !mayExceed)
        {
            throw new InsufficientMemoryException(
                $"{Describe(available)} What would work: a smaller BatchSize, smaller images, fewer or narrower layers (dense ones above all), an optimizer with fewer buffers, "
                    + "more frozen layers; or IgnoreMemoryEstimate = true, to try all the same."
            );
        }

        if (Total > ComfortableShare * available)
        {
            warn($"{Describe(available)} The machine may begin to swap.");
        }
    }

    /// <exception cref="InsufficientMemoryException">More is needed than whoever asked for the training allows.</exception>
    public void RequireWithin(long most)
    {
        if (Total > most)
        {
            throw new InsufficientMemoryException($"{this}, and at most {Text(most)} are allowed.");
        }
    }

    /// <summary>Such as <c>Training takes about 1.5 GB (...).</c></summary>
    public override string ToString() =>
        $"Training takes about {Text(Total)} (parameters {Text(Parameters)}, gradients and optimizer {Text(Gradients)}, values {Text(Values)}, images {Text(Images)})";

    private string Describe(long available) => $"{this}, and the machine has {Text(available)}.";

    private static string Text(long bytes) =>
        bytes >= 1 << 30
            ? FormattableString.Invariant($"{bytes / (double)(1 << 30):0.0} GB")
            : FormattableString.Invariant($"{bytes / (double)(1 << 20):0.0} MB");
}
