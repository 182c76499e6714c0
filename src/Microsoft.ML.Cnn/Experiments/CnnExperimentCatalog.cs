using Microsoft.ML.Cnn;
using Microsoft.ML.Cnn.Experiments.Tasks;
using Microsoft.ML.Cnn.Interop;

namespace Microsoft.ML;

/// <summary>Experiments with convolutional networks among the tasks of <see cref="MLContext"/>.</summary>
public static class CnnExperimentCatalog
{
    /// <summary>Creates an experiment, which searches for the network and the settings that tell classes of images apart best.</summary>
    /// <param name="catalog">Multiclass classification.</param>
    public static CnnExperiment CreateCnnExperiment(this MulticlassClassificationCatalog catalog) =>
        catalog.CreateCnnExperiment(new CnnExperimentSettings());

    /// <inheritdoc cref="CreateCnnExperiment(MulticlassClassificationCatalog)" path="/summary"/>
    /// <param name="catalog">Multiclass classification.</param>
    /// <param name="settings">Limits and seed.</param>
    /// <exception cref="ArgumentException">A setting has a value that is not allowed.</exception>
    public static CnnExperiment CreateCnnExperiment(this MulticlassClassificationCatalog catalog, CnnExperimentSettings settings) =>
        new(new MulticlassExperimentTask(catalog, CatalogEnvironment.Of(catalog)), settings);

    /// <summary>Creates an experiment, which searches for the network and the settings that tell two kinds of images apart best.</summary>
    /// <param name="catalog">Binary classification.</param>
    public static CnnExperiment CreateCnnExperiment(this BinaryClassificationCatalog catalog) =>
        catalog.CreateCnnExperiment(new CnnExperimentSettings());

    /// <inheritdoc cref="CreateCnnExperiment(BinaryClassificationCatalog)" path="/summary"/>
    /// <param name="catalog">Binary classification.</param>
    /// <param name="settings">Limits and seed.</param>
    /// <exception cref="ArgumentException">A setting has a value that is not allowed.</exception>
    public static CnnExperiment CreateCnnExperiment(this BinaryClassificationCatalog catalog, CnnExperimentSettings settings) =>
        new(new BinaryExperimentTask(catalog, CatalogEnvironment.Of(catalog)), settings);

    /// <summary>Creates an experiment, which searches for the network and the settings that predict numbers for images best.</summary>
    /// <param name="catalog">Regression.</param>
    public static CnnExperiment CreateCnnExperiment(this RegressionCatalog catalog) =>
        catalog.CreateCnnExperiment(new CnnExperimentSettings());

    /// <inheritdoc cref="CreateCnnExperiment(RegressionCatalog)" path="/summary"/>
    /// <param name="catalog">Regression.</param>
    /// <param name="settings">Limits and seed.</param>
    /// <exception cref="ArgumentException">A setting has a value that is not allowed.</exception>
    public static CnnExperiment CreateCnnExperiment(this RegressionCatalog catalog, CnnExperimentSettings settings) =>
        new(new RegressionExperimentTask(catalog, CatalogEnvironment.Of(catalog)), settings);
}
