using Microsoft.ML.Cnn;
using Microsoft.ML.Cnn.Interop;

namespace Microsoft.ML;

/// <summary>Features and filters of images among the transforms of <see cref="MLContext"/>.</summary>
public static class CnnTransformsCatalog
{
    /// <summary>
    /// Creates an <see cref="ImageConvolvingEstimator"/>, which convolves images with filters, each channel by itself, at every pixel, with a border that
    /// repeats the nearest pixel.
    /// </summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">The column to be added.</param>
    /// <param name="inputColumnName">The column of images, a vector with dimensions; null for <paramref name="outputColumnName"/>.</param>
    /// <param name="filters">At least one, such as <see cref="ImageFilters.SobelHorizontal"/>.</param>
    /// <exception cref="ArgumentException">There is no filter, or the sizes of filters do not go together.</exception>
    public static ImageConvolvingEstimator Convolve(
        this TransformsCatalog catalog,
        string outputColumnName,
        string? inputColumnName,
        params ImageFilter[] filters
    ) =>
        Convolve(
            catalog,
            new ImageConvolvingEstimator.Options
            {
                OutputColumnName = outputColumnName,
                InputColumnName = inputColumnName,
                Filters = filters,
            }
        );

    /// <summary>Creates an <see cref="ImageConvolvingEstimator"/> with all its options.</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="options">The options; changes made to them later have no effect.</param>
    /// <exception cref="ArgumentException">An option has a value that is not allowed.</exception>
    public static ImageConvolvingEstimator Convolve(this TransformsCatalog catalog, ImageConvolvingEstimator.Options options)
    {
        _ = CatalogEnvironment.Of(catalog);
        return new(options);
    }

    /// <summary>
    /// Creates a <see cref="CnnFeatureExtractingEstimator"/>, which makes features of images: the activations of a layer of a trained network.
    /// </summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">The column of features to be added.</param>
    /// <param name="inputColumnName">The column of images, as those that the network was trained on.</param>
    /// <param name="model">The trained network.</param>
    /// <param name="layer">The path of the layer, such as <c>dense1</c> or <c>block2.conv1</c>, as <see cref="Network.Summary"/> lists them.</param>
    /// <exception cref="ArgumentException">There is no such layer: the message lists those that there are.</exception>
    public static CnnFeatureExtractingEstimator ExtractCnnFeatures(
        this TransformsCatalog catalog,
        string outputColumnName,
        string inputColumnName,
        CnnModel model,
        string layer
    )
    {
        _ = CatalogEnvironment.Of(catalog);
        return new(outputColumnName, inputColumnName, model, layer);
    }

    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">The column of features to be added.</param>
    /// <param name="inputColumnName">The column of images, as those that the network was trained on.</param>
    /// <param name="model">What <see cref="CnnMulticlassTrainer"/> has learned.</param>
    /// <param name="layer">The path of the layer.</param>
    /// <inheritdoc cref="ExtractCnnFeatures(TransformsCatalog, string, string, CnnModel, string)"/>
    public static CnnFeatureExtractingEstimator ExtractCnnFeatures(
        this TransformsCatalog catalog,
        string outputColumnName,
        string inputColumnName,
        CnnMulticlassModelParameters model,
        string layer
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        return ExtractCnnFeatures(catalog, outputColumnName, inputColumnName, model.Model, layer);
    }

    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">The column of features to be added.</param>
    /// <param name="inputColumnName">The column of images, as those that the network was trained on.</param>
    /// <param name="model">What <see cref="CnnBinaryTrainer"/> has learned.</param>
    /// <param name="layer">The path of the layer.</param>
    /// <inheritdoc cref="ExtractCnnFeatures(TransformsCatalog, string, string, CnnModel, string)"/>
    public static CnnFeatureExtractingEstimator ExtractCnnFeatures(
        this TransformsCatalog catalog,
        string outputColumnName,
        string inputColumnName,
        CnnBinaryModelParameters model,
        string layer
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        return ExtractCnnFeatures(catalog, outputColumnName, inputColumnName, model.Model, layer);
    }

    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">The column of features to be added.</param>
    /// <param name="inputColumnName">The column of images, as those that the network was trained on.</param>
    /// <param name="model">What <see cref="CnnRegressionTrainer"/> has learned.</param>
    /// <param name="layer">The path of the layer.</param>
    /// <inheritdoc cref="ExtractCnnFeatures(TransformsCatalog, string, string, CnnModel, string)"/>
    public static CnnFeatureExtractingEstimator ExtractCnnFeatures(
        this TransformsCatalog catalog,
        string outputColumnName,
        string inputColumnName,
        CnnRegressionModelParameters model,
        string layer
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        return ExtractCnnFeatures(catalog, outputColumnName, inputColumnName, model.Model, layer);
    }

    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">The column of features to be added.</param>
    /// <param name="inputColumnName">The column of images, as those that the network was trained on.</param>
    /// <param name="modelPath">The zip of the trained network: of <see cref="CnnModel.Save(string)"/>, or of ML.NET's <c>mlContext.Model.Save</c>.</param>
    /// <param name="layer">The path of the layer.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="CnnModelFormatException">The file is no model, or is damaged.</exception>
    /// <inheritdoc cref="ExtractCnnFeatures(TransformsCatalog, string, string, CnnModel, string)"/>
    public static CnnFeatureExtractingEstimator ExtractCnnFeatures(
        this TransformsCatalog catalog,
        string outputColumnName,
        string inputColumnName,
        string modelPath,
        string layer
    ) => ExtractCnnFeatures(catalog, outputColumnName, inputColumnName, CnnModel.Load(modelPath), layer);
}
