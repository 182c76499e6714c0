namespace Microsoft.ML.Cnn;

/// <summary>What becomes of a training that is canceled.</summary>
public enum OnCancellation
{
    /// <summary>It ends with an <see cref="OperationCanceledException"/>.</summary>
    Throw,

    /// <summary>
    /// It ends with the model of the best epoch that is over: by the metric of <see cref="EarlyStopping"/> if there is one, else by the validation loss,
    /// and without validation images by the running training loss. With an <see cref="OperationCanceledException"/> if no epoch is over.
    /// </summary>
    ReturnBest,
}
