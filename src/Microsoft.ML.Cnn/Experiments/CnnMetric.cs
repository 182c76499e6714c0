namespace Microsoft.ML.Cnn;

/// <summary>What an experiment makes as good as it can, measured on the validation images after each epoch.</summary>
public enum CnnMetric
{
    /// <summary>The share of the images that are classified rightly; the greater, the better.</summary>
    MicroAccuracy,

    /// <summary>The mean cross-entropy; the less, the better.</summary>
    LogLoss,
}
