using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn;

/// <summary>
/// Ends training once a metric has not improved for some epochs. The trained model is then that of the epoch in which the metric was best, with its running
/// statistics; also where training went on to its last epoch.
/// </summary>
public sealed record EarlyStopping
{
    /// <summary>Creates the criterion.</summary>
    /// <param name="patience">Epochs in a row without an improvement after which training ends, at least 1.</param>
    /// <param name="metric">What is watched. A metric of the validation needs validation images.</param>
    /// <param name="minimumImprovement">
    /// By how much the metric has to be better than at the last improvement to count as one, in its own units; at least 0. The best epoch is the best whatever
    /// this is.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public EarlyStopping(int patience = 5, TrainingMetric metric = TrainingMetric.ValidationLoss, double minimumImprovement = 0)
    {
        Patience = LayerCheck.Positive(patience);
        Metric = LayerCheck.Defined(metric);
        MinimumImprovement = TrainingMetrics.NotNegative(minimumImprovement);
    }

    /// <summary>Epochs in a row without an improvement after which training ends.</summary>
    public int Patience { get; }

    /// <summary>What is watched.</summary>
    public TrainingMetric Metric { get; }

    /// <summary>By how much the metric has to be better than at the last improvement to count as one.</summary>
    public double MinimumImprovement { get; }

    /// <summary>What to remember once an epoch is over.</summary>
    internal StoppingState After(StoppingState state, CnnTrainingMetrics metrics)
    {
        double value = Metric.Of(metrics);
        return Metric.IsBest(value, state.LastImprovement, MinimumImprovement)
            ? new StoppingState(value, BadEpochs: 0)
            : state with
            {
                BadEpochs = state.BadEpochs + 1,
            };
    }

    internal bool IsOver(StoppingState state) => state.BadEpochs >= Patience;
}

/// <summary>What <see cref="EarlyStopping"/> remembers from one epoch to the next.</summary>
/// <param name="LastImprovement">The value of its metric at the last improvement; null before the first.</param>
/// <param name="BadEpochs">Epochs since then.</param>
internal sealed record StoppingState(double? LastImprovement, int BadEpochs)
{
    /// <summary>Before the first epoch.</summary>
    public static StoppingState Start { get; } = new(null, 0);
}
