namespace Microsoft.ML.Cnn.Experiments.Multiclass;

/// <summary>What a metric is while training, and what loss the search makes of it.</summary>
internal static class ExperimentMetric
{
    public static TrainingMetric WhileTraining(this CnnMetric metric) =>
        metric == CnnMetric.MicroAccuracy ? TrainingMetric.ValidationAccuracy : TrainingMetric.ValidationLoss;

    public static double Of(this CnnMetric metric, CnnTrainingMetrics epoch) => TrainingMetrics.Of(metric.WhileTraining(), epoch);

    /// <summary>Less is better.</summary>
    public static double Loss(this CnnMetric metric, double value) => metric == CnnMetric.MicroAccuracy ? 1 - value : value;
}
