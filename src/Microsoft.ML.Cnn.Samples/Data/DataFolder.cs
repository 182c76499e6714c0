using Microsoft.ML.Cnn.Samples.Commands;

namespace Microsoft.ML.Cnn.Samples.Data;

/// <summary>A folder of IDX files under the names that MNIST gave them, plain or with <c>.gz</c>.</summary>
internal sealed class DataFolder
{
    private const string TrainImages = "train-images-idx3-ubyte";
    private const string TrainLabels = "train-labels-idx1-ubyte";
    private const string TestImages = "t10k-images-idx3-ubyte";
    private const string TestLabels = "t10k-labels-idx1-ubyte";

    private readonly string _path;

    private DataFolder(string path) => _path = path;

    /// <summary>The images that ship with this program: the first 6,000 + 1,000 of Fashion-MNIST.</summary>
    public static string Shipped { get; } = Path.Combine(AppContext.BaseDirectory, "data", "fashion-mnist");

    /// <summary>What to call a folder on the screen.</summary>
    public static string Describe(string path) =>
        path == Shipped ? "the images that ship with this program" : Path.TrimEndingDirectorySeparator(path);

    /// <summary>The files that training needs.</summary>
    public static string[] FilesOfBoth { get; } = [TrainImages, TrainLabels, TestImages, TestLabels];

    /// <summary>The files that measuring a trained model needs.</summary>
    public static string[] FilesOfTest { get; } = [TestImages, TestLabels];

    /// <summary>Finds the files.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="expected">The files that must be there.</param>
    /// <exception cref="UserErrorException">The folder, or one of its files, is missing.</exception>
    public static DataFolder Open(string path, string[] expected)
    {
        DataFolder folder = new(path);
        string[] missing = [.. expected.Where(name => folder.Find(name) is null)];
        return missing.Length == 0
            ? folder
            : throw new UserErrorException(
                $"The data folder '{path}' {(Directory.Exists(path) ? $"lacks {string.Join(", ", missing)}" : "does not exist")}; "
                    + $"expected are {string.Join(", ", expected)}, each plain or with .gz."
            );
    }

    /// <summary>The images to train on.</summary>
    public IDataView LoadTrain(MLContext ml) => ml.Data.LoadFromIdx(PathOf(TrainImages), PathOf(TrainLabels));

    /// <summary>The images to measure with.</summary>
    public IDataView LoadTest(MLContext ml) => ml.Data.LoadFromIdx(PathOf(TestImages), PathOf(TestLabels));

    private string PathOf(string name) => Find(name) ?? throw new UserErrorException($"'{_path}' no longer holds {name}.");

    private string? Find(string name) => new[] { name, name + ".gz" }.Select(file => Path.Combine(_path, file)).FirstOrDefault(File.Exists);
}
