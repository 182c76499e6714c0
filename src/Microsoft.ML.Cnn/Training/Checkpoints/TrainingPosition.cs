using Microsoft.ML.Cnn.Networks.Plans;

namespace Microsoft.ML.Cnn.Training.Checkpoints;

/// <summary>How far a training has come.</summary>
/// <param name="Epoch">Epochs that are over.</param>
/// <param name="Batch">Batches of the present epoch that are over.</param>
/// <param name="Steps">Steps since training began.</param>
/// <param name="Sums">Of the present epoch's batches.</param>
/// <param name="EpochSeconds">What they took, this moment included where it is saved.</param>
/// <param name="Seconds">What all of training took.</param>
internal readonly record struct TrainingPosition(int Epoch, long Batch, long Steps, EpochSums Sums, double EpochSeconds, double Seconds)
{
    public TrainingPosition After(Batch batch, BatchResult result) =>
        this with
        {
            Batch = Batch + 1,
            Steps = Steps + 1,
            Sums = Sums.Add(batch, result),
        };

    public TrainingPosition NextEpoch() => new(Epoch + 1, 0, Steps, default, 0, Seconds);
}
