using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Packaging;

/// <summary>
/// A new console application of a user who knows nothing of this clone: its only reference is the package, restored without a
/// network.
/// </summary>
internal sealed class ConsoleApplication
{
    private readonly string folder;
    private readonly string packages;

    private ConsoleApplication(string folder, string packages)
    {
        this.folder = folder;
        this.packages = packages;
    }

    /// <summary>Where it was built.</summary>
    public string Output => Path.Combine(folder, "bin");

    /// <summary>Writes and builds it.</summary>
    /// <param name="library">The package.</param>
    /// <param name="program">The source of its <c>Program.cs</c>.</param>
    public static async Task<ConsoleApplication> BuildAsync(PackedLibrary library, string program)
    {
        string folder = Directory.CreateDirectory(Path.Combine(library.Folder, $"application-{Guid.NewGuid():N}")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "Application.csproj"), Project(library.Version));
        await File.WriteAllTextAsync(Path.Combine(folder, "nuget.config"), Sources(library.Source));
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), program);
        var application = new ConsoleApplication(folder, Path.Combine(library.Folder, "packages"));
        await DotnetCommand.RunAsync(folder, application.packages, ["build", "--output", application.Output]);
        return application;
    }

    /// <summary>Runs it in a process of its own and gives what it wrote.</summary>
    public Task<string> RunAsync(params string[] arguments) =>
        DotnetCommand.RunAsync(folder, packages, [Path.Combine(Output, "Application.dll"), .. arguments]);

    private static string Project(string version) =>
        $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <InvariantGlobalization>true</InvariantGlobalization>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="MlCnn" Version="{version}" />
              </ItemGroup>
            </Project>
            """;

    private static string Sources(string packages) =>
        $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="packed" value="{packages}" />
              </packageSources>
              <fallbackPackageFolders>
                <clear />
                {string.Concat(Repository.PackageFolders().Select((folder, i) => $"<add key=\"restored{i}\" value=\"{folder}\" />"))}
              </fallbackPackageFolders>
            </configuration>
            """;
}
