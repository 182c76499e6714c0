using Microsoft.ML.Cnn;
using Microsoft.ML.Cnn.Interop;

namespace Microsoft.ML;

/// <summary>Convolutional networks among the trainers of binary classification.</summary>
public static class CnnBinaryCatalog
{
    /// <summary>Creates a <see cref="CnnBinaryTrainer"/>, which trains a convolutional network to tell two kinds of images apart.</summary>
    /// <param name="catalog">The trainers of binary classification.</param>
    /// <param name="network">The layers up to, but without, the output layer, which the trainer appends.</param>
    /// <param name="labelColumnName">The column of labels, of type <see cref="bool"/>.</param>
    /// <param name="featureColumnName">The column of images, a vector of <see cref="float"/> with dimensions.</param>
    /// <param name="exampleWeightColumnName">The column of example weights, or null.</param>
    /// <param name="epoch">Passes over the training images, at least 1.</param>
    /// <param name="batchSize">Images of a step, at least 1.</param>
    /// <param name="learningRate">The learning rate that the schedule begins with, above 0.</param>
    /// <exception cref="ArgumentException">An argument has a value that is not allowed.</exception>
    public static CnnBinaryTrainer Cnn(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog,
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
            CnnTrainerOptions.Basic<CnnBinaryTrainer.Options>(
                network,
                labelColumnName,
                featureColumnName,
                exampleWeightColumnName,
                epoch,
                batchSize,
                learningRate
            )
        );

    /// <summary>Creates a <see cref="CnnBinaryTrainer"/> with all its options.</summary>
    /// <param name="catalog">The trainers of binary classification.</param>
    /// <param name="options">The options; changes made to them later have no effect.</param>
    /// <exception cref="ArgumentException">An option has a value that is not allowed.</exception>
    public static CnnBinaryTrainer Cnn(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog,
        CnnBinaryTrainer.Options options
    ) => new(CatalogEnvironment.Of(catalog), options);
}
