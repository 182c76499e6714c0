namespace Microsoft.ML.Cnn.Training;

/// <summary>Keeps parameters and states of the best epoch so far.</summary>
/// <param name="store">What is trained.</param>
/// <param name="metric">What makes an epoch the best; null for the latest always.</param>
internal sealed class BestWeights(ParameterStore store, TrainingMetric? metric) : IDisposable
{
    private readonly ParameterStore kept = new(store.Table);

    /// <summary>Which epoch, counted from 1; 0 before any is over.</summary>
    public int Epoch { get; private set; }

    /// <summary>The metric of that epoch.</summary>
    public double Value { get; private set; } = double.NaN;

    /// <summary>Parameters and states of that epoch.</summary>
    public ParameterStore Kept => kept;

    /// <summary>Such as <c>epoch 7 (ValidationLoss 0.25)</c>.</summary>
    public override string ToString() =>
        metric is null ? $"epoch {Epoch}" : FormattableString.Invariant($"epoch {Epoch} ({metric} {Value:0.0000})");

    /// <summary>Looks at the epoch that has just ended, and keeps it if it is the best.</summary>
    public void Consider(CnnTrainingMetrics metrics)
    {
        double value = metric?.Of(metrics) ?? double.NaN;
        if (Epoch == 0 || metric is not { } watched || double.IsNaN(Value) || watched.IsBetter(value, Value))
        {
            (Epoch, Value) = (metrics.Epoch, value);
            store.CopyTo(kept);
        }
    }

    /// <summary>Brings the training back to the best epoch.</summary>
    public void Restore() => kept.CopyTo(store);

    public void Dispose() => kept.Dispose();
}
