using Microsoft.ML.Cnn;
using Microsoft.ML.Cnn.Interop;

namespace Microsoft.ML;

/// <summary>Convolutional networks among the trainers of regression.</summary>
public static class CnnRegressionCatalog
{
    /// <summary>Creates a <see cref="CnnRegressionTrainer"/>, which trains a convolutional network to predict numbers for images.</summary>
    /// <param name="catalog">The trainers of regression.</param>
    /// <param name="network">The layers up to, but without, the output layer, which the trainer appends.</param>
    /// <param name="labelColumnName">The column of labels, of type <see cref="float"/> or vectors of it.</param>
    /// <param name="featureColumnName">The column of images, a vector of <see cref="float"/> with dimensions.</param>
    /// <param name="exampleWeightColumnName">The column of example weights, or null.</param>
    /// <param name="epoch">Passes over the training images, at least 1.</param>
    /// <param name="batchSize">Images of a step, at least 1.</param>
    /// <param name="learningRate">The learning rate that the schedule begins with, above 0.</param>
    /// <exception cref="ArgumentException">An argument has a value that is not allowed.</exception>
    public static CnnRegressionTrainer Cnn(
        this RegressionCatalog.RegressionTrainers catalog,
        Network network,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        int epoch = 15,
        int batchSize = 64,
        float learningRate = 0.03f
    ) =>
        new(
            CatalogEnvironment.Of(catalog),
            CnnTrainerOptions.Basic<CnnRegressionTrainer.Options>(
                network,
                labelColumnName,
                featureColumnName,
                exampleWeightColumnName,
                epoch,
                batchSize,
                learningRate
            )
        );

    /// <summary>Creates a <see cref="CnnRegressionTrainer"/> with all its options.</summary>
    /// <param name="catalog">The trainers of regression.</param>
    /// <param name="options">The options; changes made to them later have no effect.</param>
    /// <exception cref="ArgumentException">An option has a value that is not allowed.</exception>
    public static CnnRegressionTrainer Cnn(this RegressionCatalog.RegressionTrainers catalog, CnnRegressionTrainer.Options options) =>
        new(CatalogEnvironment.Of(catalog), options);
}
