using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn;

/// <summary>
/// The rate rises evenly, step by step, from a share of what another schedule begins with to all of it; then that schedule has its turn, with the epochs
/// that are left. Goyal et al. 2017, "Accurate, Large Minibatch SGD", section 2.2; PyTorch's <c>LinearLR</c> before another schedule in a
/// <c>SequentialLR</c>.
/// </summary>
public sealed record WarmUpSchedule : LearningRateSchedule
{
    /// <summary>Creates the schedule.</summary>
    /// <param name="schedule">What comes behind the warm-up.</param>
    /// <param name="epochs">Epochs of the warm-up, above 0; may be a fraction.</param>
    /// <param name="startFactor">The share of the rate that the warm-up begins with, from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public WarmUpSchedule(LearningRateSchedule schedule, double epochs, float startFactor = 0.1f)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        Schedule = schedule;
        Epochs =
            epochs > 0 && double.IsFinite(epochs)
                ? epochs
                : throw new ArgumentOutOfRangeException(
                    nameof(epochs),
                    epochs,
                    FormattableString.Invariant($"Must be a finite number above 0, received {epochs}.")
                );
        StartFactor = LayerCheck.Within(startFactor, 0, 1);
    }

    /// <summary>What comes behind the warm-up.</summary>
    public LearningRateSchedule Schedule { get; }

    /// <summary>Epochs of the warm-up.</summary>
    public double Epochs { get; }

    /// <summary>The share of the rate that the warm-up begins with.</summary>
    public float StartFactor { get; }

    internal override TrainingMetric? Watched => Schedule.Watched;

    internal override double LeastEpochs => Epochs + Schedule.LeastEpochs;

    internal override double Rate(TrainingMoment moment, PlateauState state, double baseRate)
    {
        double epoch = Math.Max(0, moment.Epoch - Epochs);
        double epochs = Math.Max(epoch, moment.Epochs - Epochs);
        double rate = Schedule.Rate(moment with { Epoch = epoch, Epochs = epochs }, state, baseRate);
        return moment.Epoch < Epochs ? rate * (StartFactor + (1 - StartFactor) * (moment.Epoch / Epochs)) : rate;
    }

    internal override PlateauState After(PlateauState state, CnnTrainingMetrics metrics, float baseRate) =>
        Schedule.After(state, metrics, baseRate);
}
