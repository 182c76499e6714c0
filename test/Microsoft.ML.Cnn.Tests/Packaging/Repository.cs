using System.Reflection;
using System.Text.Json;

namespace Microsoft.ML.Cnn.Tests.Packaging;

/// <summary>The clone that the tests were built in.</summary>
internal static class Repository
{
    /// <summary>The folder of <c>MlCnn.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    public static string Library { get; } = Path.Combine(Root, "src", "Microsoft.ML.Cnn");

    /// <summary><c>Debug</c> or <c>Release</c>.</summary>
    public static string Configuration { get; } =
        typeof(Repository).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    /// <summary>The folders that hold the packages of the restore, which stand in for a gallery when there is no network.</summary>
    public static IReadOnlyList<string> PackageFolders()
    {
        using JsonDocument assets = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Library, "obj", "project.assets.json")));
        return assets.RootElement.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name).ToList();
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder != null && !File.Exists(Path.Combine(folder, "MlCnn.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }
        return folder
            ?? throw new InvalidOperationException($"The tests run outside their clone: no MlCnn.sln above {AppContext.BaseDirectory}.");
    }
}
