using Microsoft.ML.Cnn;
using Microsoft.ML.Cnn.DataLoaders;

namespace Microsoft.ML;

/// <summary>Loads images as ML.NET data.</summary>
public static class CnnDataCatalog
{
    private const string Features = "Features";

    /// <summary>
    /// Loads images and their labels from a pair of IDX files, the format of MNIST and Fashion-MNIST, plain or compressed with gzip.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="imagesPath">
    /// The file of the images: <c>[N, H, W]</c>, one channel; <c>[N, H, W, C]</c> or <c>[N, C, H, W]</c>, several; <c>[N, W]</c>, images of
    /// one line; or <c>[N]</c>, single numbers. Its values are of any type that IDX has.
    /// </param>
    /// <param name="labelsPath">The file of the labels: <c>[N]</c>, as many as there are images.</param>
    /// <param name="labelColumnName">The name of the column of labels.</param>
    /// <param name="featureColumnName">The name of the column of images.</param>
    /// <returns>
    /// A view with one row an image.
    /// <list type="bullet">
    /// <item><description><paramref name="featureColumnName"/>: a vector of <see cref="float"/> with the dimensions of an image, such as
    /// <c>28 x 28</c>, by which a trainer knows its shape. The values are those of the file, bytes from 0 to 255.</description></item>
    /// <item><description><paramref name="labelColumnName"/>: the number in the file, an <see cref="int"/>, or a <see cref="float"/> if
    /// the file holds floating-point numbers. A classifier wants it as a key: <c>MapValueToKey("Label")</c>, which numbers the classes as
    /// they occur, or <c>MapValueToKey("Label", keyOrdinality: KeyOrdinality.ByValue)</c>, so that a confusion matrix lists them in
    /// order.</description></item>
    /// </list>
    /// </returns>
    /// <remarks>
    /// The rows are read from the files as they are asked for, so the data may be larger than memory, and the files have to stay as long
    /// as the view is used. A compressed file whose content is larger than 4 MB is decompressed once, when its first row is read, into
    /// the folder for temporary files, from where it vanishes by itself. The view can shuffle: each pass with a random number generator
    /// sees every row once, in an order of its own. It may be used by many threads.
    /// </remarks>
    /// <exception cref="IdxFormatException">
    /// A file is missing, is no IDX file, is longer or shorter than its header says, or the numbers of images and labels differ. Damage
    /// within a compressed file is found, and thrown, when its first row is read.
    /// </exception>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">A path or name is empty, or both columns have the same name.</exception>
    public static IDataView LoadFromIdx(
        this DataOperationsCatalog catalog,
        string imagesPath,
        string labelsPath,
        string labelColumnName = "Label",
        string featureColumnName = Features
    )
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(imagesPath);
        ArgumentException.ThrowIfNullOrEmpty(labelsPath);
        ArgumentException.ThrowIfNullOrEmpty(labelColumnName);
        ArgumentException.ThrowIfNullOrEmpty(featureColumnName);
        if (labelColumnName == featureColumnName)
        {
            throw new ArgumentException(
                $"Both columns are to be named '{labelColumnName}'; labels and images need names of their own.",
                nameof(featureColumnName)
            );
        }

        return IdxDataView.Load(imagesPath, featureColumnName, labelsPath, labelColumnName);
    }

    /// <summary>
    /// Loads images without labels, for prediction: as <see cref="LoadFromIdx(DataOperationsCatalog, string, string, string, string)"/>
    /// does, with the one column <c>Features</c>.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="imagesPath">The file of the images.</param>
    /// <returns>A view with one row an image.</returns>
    /// <exception cref="IdxFormatException">The file is missing, is no IDX file, or is longer or shorter than its header says.</exception>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="imagesPath"/> is empty.</exception>
    public static IDataView LoadFromIdx(this DataOperationsCatalog catalog, string imagesPath)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(imagesPath);
        return IdxDataView.Load(imagesPath, Features);
    }
}
