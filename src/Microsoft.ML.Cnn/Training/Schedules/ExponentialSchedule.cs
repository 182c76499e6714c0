using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn;

/// <summary>
/// The rate falls by the same factor from each epoch to the next, <c>rate = base * gamma^epoch</c>: PyTorch's <c>ExponentialLR</c> at the
/// beginning of each epoch, and evenly from step to step within it.
/// </summary>
public sealed record ExponentialSchedule : LearningRateSchedule
{
    /// <summary>Creates the schedule.</summary>
    /// <param name="gamma">What is left after an epoch, above 0 and at most 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is out of its range.</exception>
    public ExponentialSchedule(float gamma) => Gamma = LayerCheck.Within(gamma, float.Epsilon, 1);

    /// <summary>What is left after an epoch.</summary>
    public float Gamma { get; }

    internal override double Rate(TrainingMoment moment, PlateauState state, double baseRate) => baseRate * Math.Pow(Gamma, moment.Epoch);
}
