using System.Runtime.CompilerServices;

namespace Microsoft.ML.Cnn;

/// <summary>A number of <see cref="CnnTrainingMetrics"/> that training can watch.</summary>
public enum TrainingMetric
{
    /// <summary><see cref="CnnTrainingMetrics.ValidationLoss"/>; the less the better. It needs validation images.</summary>
    ValidationLoss,

    /// <summary><see cref="CnnTrainingMetrics.ValidationAccuracy"/>; the more the better. It needs validation images.</summary>
    ValidationAccuracy,

    /// <summary><see cref="CnnTrainingMetrics.RunningTrainLoss"/>; the less the better.</summary>
    RunningTrainLoss,

    /// <summary><see cref="CnnTrainingMetrics.RunningTrainAccuracy"/>; the more the better.</summary>
    RunningTrainAccuracy,

    /// <summary><see cref="CnnTrainingMetrics.ValidationRootMeanSquaredError"/>; the less the better. It needs validation images.</summary>
    ValidationRootMeanSquaredError,

    /// <summary><see cref="CnnTrainingMetrics.RunningTrainRootMeanSquaredError"/>; the less the better.</summary>
    RunningTrainRootMeanSquaredError,
}

/// <summary>Reads metrics by their names.</summary>
internal static class TrainingMetrics
{
    /// <exception cref="InvalidOperationException">The metric was not measured.</exception>
    public static double Of(this TrainingMetric metric, CnnTrainingMetrics metrics) =>
        metric switch
        {
            TrainingMetric.ValidationLoss => metrics.ValidationLoss,
            TrainingMetric.ValidationAccuracy => metrics.ValidationAccuracy,
            TrainingMetric.RunningTrainLoss => metrics.RunningTrainLoss,
            TrainingMetric.RunningTrainAccuracy => metrics.RunningTrainAccuracy,
            TrainingMetric.ValidationRootMeanSquaredError => metrics.ValidationRootMeanSquaredError,
            TrainingMetric.RunningTrainRootMeanSquaredError => metrics.RunningTrainRootMeanSquaredError,
            _ => throw new InvalidOperationException($"There is no metric {metric}."),
        }
        ?? throw new InvalidOperationException(
            $"{metric} was not measured in epoch {metrics.Epoch}: there is no validation image that counts."
        );

    /// <summary>Whether one value is better than another, by more than a margin.</summary>
    public static bool IsBetter(this TrainingMetric metric, double value, double other, double margin = 0) =>
        metric is TrainingMetric.ValidationAccuracy or TrainingMetric.RunningTrainAccuracy
            ? value > other + margin
            : value < other - margin;

    /// <summary>Whether a value is one to be remembered as the best so far: NaN and infinity never are, since nothing would compare with them.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="value">Of the latest epoch.</param>
    /// <param name="best">So far; null before any.</param>
    /// <param name="margin">By which it has to be better.</param>
    public static bool IsBest(this TrainingMetric metric, double value, double? best, double margin = 0) =>
        double.IsFinite(value) && (best is not { } known || metric.IsBetter(value, known, margin));

    /// <summary>Whether the metric is one of the validation.</summary>
    public static bool NeedsValidation(this TrainingMetric metric) =>
        metric is TrainingMetric.ValidationLoss or TrainingMetric.ValidationAccuracy or TrainingMetric.ValidationRootMeanSquaredError;

    /// <summary>Whether the metric is measured where labels are classes, or else where they are numbers; null for both.</summary>
    public static bool? IsOfClasses(this TrainingMetric metric) =>
        metric switch
        {
            TrainingMetric.ValidationAccuracy or TrainingMetric.RunningTrainAccuracy => true,
            TrainingMetric.ValidationRootMeanSquaredError or TrainingMetric.RunningTrainRootMeanSquaredError => false,
            _ => null,
        };

    public static double NotNegative(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value >= 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(
                name,
                value,
                FormattableString.Invariant($"Must be a finite number of at least 0, received {value}.")
            );
}
