namespace Microsoft.ML.Cnn;

/// <summary>
/// What an experiment makes as good as it can. Accuracies, the log-loss, and squared errors are measured on the validation images after each epoch; the others as
/// ML.NET evaluates them, of the best epoch by the measure that is named for each.
/// </summary>
public enum CnnMetric
{
    /// <summary>The share of the images that are classified rightly; the greater, the better. Of multiclass classification.</summary>
    MicroAccuracy,

    /// <summary>
    /// The mean cross-entropy, in nats; the less, the better. Of multiclass and binary classification. Where labels are smoothed, it is evaluated without smoothing, of the epoch with the
    /// least validation loss.
    /// </summary>
    LogLoss,

    /// <summary>The mean of the accuracies within each class; the greater, the better. Of multiclass classification; of the most accurate epoch.</summary>
    MacroAccuracy,

    /// <summary>The share of the images that are classified rightly; the greater, the better. Of binary classification.</summary>
    Accuracy,

    /// <summary>The area under the receiver operating curve; the greater, the better. Of binary classification; of the epoch with the least validation loss.</summary>
    AreaUnderRocCurve,

    /// <summary>The area under the curve of precision and recall; the greater, the better. Of binary classification; of the epoch with the least validation loss.</summary>
    AreaUnderPrecisionRecallCurve,

    /// <summary>The harmonic mean of precision and recall; the greater, the better. Of binary classification; of the most accurate epoch.</summary>
    F1Score,

    /// <summary>The root of the mean squared error, in the units of the label; the less, the better. Of regression.</summary>
    RootMeanSquaredError,

    /// <summary>The mean squared error; the less, the better. Of regression.</summary>
    MeanSquaredError,

    /// <summary>The mean absolute error; the less, the better. Of regression of single numbers; of the epoch with the least squared error.</summary>
    MeanAbsoluteError,

    /// <summary>The coefficient of determination; the greater, the better. Of regression of single numbers; of the epoch with the least squared error.</summary>
    RSquared,
}
