using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn;

/// <summary>
/// Half a cosine from the rate down to a minimum: <c>rate = minimum + (base - minimum) * (1 + cos(π * epoch / epochs)) / 2</c>. Loshchilov
/// and Hutter 2017, "SGDR: Stochastic Gradient Descent with Warm Restarts", equation 5, without a restart.
/// </summary>
public sealed record CosineSchedule : LearningRateSchedule
{
    /// <summary>Creates the schedule.</summary>
    /// <param name="minimum">The rate at the end, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The minimum is negative or not finite.</exception>
    public CosineSchedule(float minimum = 0) => Minimum = LayerCheck.Within(minimum, 0, float.MaxValue);

    /// <summary>The rate at the end.</summary>
    public float Minimum { get; }

    internal override double Rate(TrainingMoment moment, PlateauState state, double baseRate) =>
        Minimum + (baseRate - Minimum) * (1 + Math.Cos(Math.PI * moment.Epoch / moment.Epochs)) / 2;
}
