using Microsoft.ML.Cnn;

namespace Microsoft.ML;

/// <summary>Experiments with convolutional networks among the tasks of <see cref="MLContext"/>.</summary>
public static class CnnExperimentCatalog
{
    /// <summary>Creates an experiment, which searches for the network and the settings that tell classes of images apart best.</summary>
    /// <param name="catalog">Multiclass classification.</param>
    public static CnnExperiment CreateCnnExperiment(this MulticlassClassificationCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new CnnExperiment(new MLContext());
    }
}
