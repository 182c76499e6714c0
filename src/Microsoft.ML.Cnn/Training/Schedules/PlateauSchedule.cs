using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn;

/// <summary>What the threshold of a <see cref="PlateauSchedule"/> is measured in.</summary>
public enum PlateauThreshold
{
    /// <summary>In shares of the best value so far.</summary>
    Relative,

    /// <summary>In the metric's own units.</summary>
    Absolute,
}

/// <summary>
/// The rate times a factor whenever a metric has not improved for more than <see cref="Patience"/> epochs: PyTorch's <c>ReduceLROnPlateau</c>. It is asked
/// once an epoch, with the epoch's metrics; losses improve by falling, shares by rising.
/// </summary>
public sealed record PlateauSchedule : LearningRateSchedule
{
    /// <summary>As PyTorch's <c>eps</c>: a reduction by less is left out.</summary>
    private const double LeastReduction = 1e-8;

    /// <summary>Creates the schedule, by default with PyTorch's numbers.</summary>
    /// <param name="factor">What a reduction multiplies the rate by, above 0 and less than 1.</param>
    /// <param name="patience">Epochs without an improvement that are let pass; the one after them reduces the rate. At least 0.</param>
    /// <param name="metric">What is watched. A metric of the validation needs validation images.</param>
    /// <param name="threshold">What counts as an improvement, at least 0.</param>
    /// <param name="thresholdMode">What the threshold is measured in.</param>
    /// <param name="cooldown">Epochs after a reduction in which bad ones are not counted, at least 0.</param>
    /// <param name="minimum">The rate is never reduced below, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public PlateauSchedule(
        float factor = 0.1f,
        int patience = 10,
        TrainingMetric metric = TrainingMetric.ValidationLoss,
        double threshold = 1e-4,
        PlateauThreshold thresholdMode = PlateauThreshold.Relative,
        int cooldown = 0,
        float minimum = 0
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegative(patience);
        ArgumentOutOfRangeException.ThrowIfNegative(cooldown);
        Factor = LayerCheck.Within(factor, float.Epsilon, MathF.BitDecrement(1));
        (Patience, Cooldown) = (patience, cooldown);
        Metric = LayerCheck.Defined(metric);
        Threshold = TrainingMetrics.NotNegative(threshold);
        ThresholdMode = LayerCheck.Defined(thresholdMode);
        Minimum = LayerCheck.Within(minimum, 0, float.MaxValue);
    }

    /// <summary>What a reduction multiplies the rate by.</summary>
    public float Factor { get; }

    /// <summary>Epochs without an improvement that are let pass.</summary>
    public int Patience { get; }

    /// <summary>What is watched.</summary>
    public TrainingMetric Metric { get; }

    /// <summary>What counts as an improvement.</summary>
    public double Threshold { get; }

    /// <summary>What the threshold is measured in.</summary>
    public PlateauThreshold ThresholdMode { get; }

    /// <summary>Epochs after a reduction in which bad ones are not counted.</summary>
    public int Cooldown { get; }

    /// <summary>The rate is never reduced below.</summary>
    public float Minimum { get; }

    internal override TrainingMetric? Watched => Metric;

    internal override double Rate(TrainingMoment moment, PlateauState state, double baseRate) => state.Rate ?? baseRate;

    internal override PlateauState After(PlateauState state, CnnTrainingMetrics metrics, float baseRate)
    {
        double value = Metric.Of(metrics);
        state = IsBetter(value, state.Best) ? state with { Best = value, BadEpochs = 0 } : state with { BadEpochs = state.BadEpochs + 1 };
        if (state.Cooldown > 0)
        {
            state = state with { Cooldown = state.Cooldown - 1, BadEpochs = 0 };
        }

        return state.BadEpochs > Patience ? Reduce(state, baseRate) : state;
    }

    private PlateauState Reduce(PlateauState state, double baseRate)
    {
        double rate = state.Rate ?? baseRate;
        double reduced = Math.Max(rate * Factor, Minimum);
        return new PlateauState(state.Best, BadEpochs: 0, Cooldown, rate - reduced > LeastReduction ? reduced : state.Rate);
    }

    private bool IsBetter(double value, double? best) =>
        Metric.IsBest(value, best, ThresholdMode == PlateauThreshold.Relative ? (best ?? 0) * Threshold : Threshold);
}

/// <summary>What a <see cref="PlateauSchedule"/> remembers from one epoch to the next.</summary>
/// <param name="Best">The best value of its metric; null before the first.</param>
/// <param name="BadEpochs">Epochs since then without an improvement.</param>
/// <param name="Cooldown">Epochs in which bad ones are not counted.</param>
/// <param name="Rate">What the rate was reduced to; null where it was not.</param>
internal sealed record PlateauState(double? Best, int BadEpochs, int Cooldown, double? Rate)
{
    /// <summary>Before the first epoch.</summary>
    public static PlateauState Start { get; } = new(null, 0, 0, null);
}
