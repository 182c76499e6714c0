namespace Microsoft.ML.Cnn.Experiments.Tasks;

/// <summary>How a metric is had.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Watched">What training is watched by: the same, or what stands in for it.</param>
/// <param name="OfWatched">The metric, where training measures it, of what is watched; null where it takes an evaluation.</param>
internal sealed record MetricRule(CnnMetric Metric, TrainingMetric Watched, Func<double, double>? OfWatched = null)
{
    public bool IsGreaterBetter =>
        Metric is not (CnnMetric.LogLoss or CnnMetric.RootMeanSquaredError or CnnMetric.MeanSquaredError or CnnMetric.MeanAbsoluteError);

    /// <summary>Of the metric: less is better. What is better when greater is 1 at best.</summary>
    public double Loss(double value) => IsGreaterBetter ? 1 - value : value;

    /// <summary>A point of the learning curve: the metric, or what is watched in its place.</summary>
    public double Of(CnnTrainingMetrics epoch)
    {
        double watched = Watched.Of(epoch);
        return OfWatched?.Invoke(watched) ?? watched;
    }

    /// <summary>
    /// Of a point of a trial's learning curve: less is better. What is watched in place of a metric may go the other way. Where no network of this library was trained, the point is the
    /// metric itself.
    /// </summary>
    public double LossOf(CnnTrialResult trial, double point) =>
        OfWatched is null && trial.ParameterCount is not null ? LossOfWatched(point) : Loss(point);

    /// <summary>Whether training with these options measures the metric itself.</summary>
    public bool IsMeasuredBy(CnnTrainerOptions options) =>
        OfWatched is not null && !(Metric == CnnMetric.LogLoss && options is CnnClassificationTrainerOptions { LabelSmoothing: > 0 });

    /// <summary>The best point of a learning curve.</summary>
    public double Best(IEnumerable<double> curve) => curve.MinBy(LossOfWatched);

    private double LossOfWatched(double value) => Watched == TrainingMetric.ValidationAccuracy ? -value : value;
}
