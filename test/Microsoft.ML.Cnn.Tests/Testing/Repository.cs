using System.Reflection;
using System.Text.Json;

namespace Microsoft.ML.Cnn.Tests.Testing;

/// <summary>Where the tests find the files of the repository, and data that a machine may have beside it.</summary>
internal static class Repository
{
    /// <summary>The folder that holds MlCnn.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The folder of the library's project.</summary>
    public static string Library { get; } = Path.Combine(Root, "src", "Microsoft.ML.Cnn");

    /// <summary><c>Debug</c> or <c>Release</c>.</summary>
    public static string Configuration { get; } =
        typeof(Repository).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    /// <summary>The shipped images: 6,000 for training, 1,000 for tests.</summary>
    public static string FashionMnistSubset { get; } = Path.Combine(Root, "data", "fashion-mnist");

    /// <summary>All 60,000 and 10,000 images, where they are installed; tests that need them say <see cref="NeedsFullFashionMnist"/>.</summary>
    public static string FullFashionMnist => "/usr/share/datasets/fashion-mnist";

    /// <summary>The folders that hold the packages of the restore, which stand in for a gallery when there is no network.</summary>
    public static IReadOnlyList<string> PackageFolders()
    {
        using JsonDocument assets = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Library, "obj", "project.assets.json")));
        return [.. assets.RootElement.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name)];
    }

    /// <summary>Skips the test, visibly, where the full data set is not installed.</summary>
    public static void NeedsFullFashionMnist() =>
        Assert.SkipUnless(
            File.Exists(Path.Combine(FullFashionMnist, "train-images-idx3-ubyte.gz")),
            $"The full Fashion-MNIST is not installed in {FullFashionMnist}."
        );

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MlCnn.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds MlCnn.sln.");
    }
}
