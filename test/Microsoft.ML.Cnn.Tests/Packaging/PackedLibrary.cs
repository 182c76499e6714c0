using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Packaging;

/// <summary>The library as a package, in a folder of its own outside the clone: what these tests are built with, packed once.</summary>
public sealed class PackedLibrary : IAsyncLifetime
{
    private readonly Dictionary<string, ConsoleApplication> applications = [];

    /// <summary>Differs from run to run, so that no cache can hand out the package of an earlier one.</summary>
    public string Version { get; } = $"0.0.1-test.{Guid.NewGuid():N}";

    /// <summary>Everything these tests write.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("mlcnn-package-").FullName;

    /// <summary>The folder of the package: a source of packages that needs no network.</summary>
    public string Source => Path.Combine(Folder, "source");

    /// <summary>The package itself.</summary>
    public string File => Path.Combine(Source, $"MlCnn.{Version}.nupkg");

    /// <summary>A new application that references the package; it is built once for each program.</summary>
    internal async Task<ConsoleApplication> ApplicationAsync(string program)
    {
        if (!applications.TryGetValue(program, out ConsoleApplication? application))
        {
            application = await ConsoleApplication.BuildAsync(this, program);
            applications.Add(program, application);
        }
        return application;
    }

    /// <summary>Packs.</summary>
    public async ValueTask InitializeAsync()
    {
        string[] pack = ["pack", "--no-build", "--configuration", Repository.Configuration, "--output", Source];
        string[] unique = [$"-p:PackageVersion={Version}", $"-p:NuspecOutputPath={Path.Combine(Folder, "nuspec")}"];
        await DotnetCommand.RunAsync(Repository.Library, null, [.. pack, .. unique]);
    }

    /// <summary>Removes all that was written.</summary>
    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
