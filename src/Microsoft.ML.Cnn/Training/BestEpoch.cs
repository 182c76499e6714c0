namespace Microsoft.ML.Cnn.Training;

/// <summary>Finds the best epoch of a training.</summary>
/// <param name="watched">By which metric; null for the validation loss, and the training loss where there are no validation images.</param>
internal sealed class BestEpoch(TrainingMetric? watched)
{
    private TrainingMetric metric;
    private double? value;

    /// <summary>The best one so far, counted from 1; 0 before any is over.</summary>
    public int Epoch { get; private set; }

    /// <summary>Looks at the next epoch. The first is the best even where its metric is no finite number, until there is one that is.</summary>
    /// <returns>Whether it is the best so far.</returns>
    public bool Consider(CnnTrainingMetrics metrics)
    {
        metric = watched ?? (metrics.ValidationLoss is null ? TrainingMetric.RunningTrainLoss : TrainingMetric.ValidationLoss);
        double next = metric.Of(metrics);
        if (Epoch > 0 && !metric.IsBest(next, value))
        {
            return false;
        }

        (Epoch, value) = (metrics.Epoch, double.IsFinite(next) ? next : null);
        return true;
    }

    /// <summary>Such as <c>epoch 7 (ValidationLoss 0.2500)</c>.</summary>
    public override string ToString() =>
        value is null
            ? FormattableString.Invariant($"epoch {Epoch} ({metric} was never finite)")
            : FormattableString.Invariant($"epoch {Epoch} ({metric} {value:0.0000})");
}
