using System.IO.Compression;
using System.Xml.Linq;

namespace Microsoft.ML.Cnn.Tests.Packaging;

public class PackageTests(PackedLibrary library) : IClassFixture<PackedLibrary>
{
    /// <summary>What a user's first program does with the package; it grows with what a model file can hold.</summary>
    private const string Program = """
        using Microsoft.ML.Cnn;

        Console.Write(new Shape(28, 28, 1));
        """;

    [Fact]
    public async Task A_fresh_application_needs_the_package_only()
    {
        ConsoleApplication application = await library.ApplicationAsync(Program);
        Assert.Equal("28 x 28 x 1", await application.RunAsync());
    }

    [Fact]
    public async Task An_application_gets_ml_net_as_it_was_published()
    {
        ConsoleApplication application = await library.ApplicationAsync(Program);
        foreach (string name in new[] { "Microsoft.ML.Core.dll", "Microsoft.ML.Data.dll" })
        {
            byte[] published = await File.ReadAllBytesAsync(
                Path.Combine(AppContext.BaseDirectory, name),
                TestContext.Current.CancellationToken
            );
            byte[] delivered = await File.ReadAllBytesAsync(Path.Combine(application.Output, name), TestContext.Current.CancellationToken);
            Assert.Equal(published, delivered);
        }
    }

    [Fact]
    public void The_package_holds_the_library_and_its_documentation()
    {
        using ZipArchive package = ZipFile.OpenRead(library.File);
        Assert.Equal(
            ["lib/net10.0/Microsoft.ML.Cnn.dll", "lib/net10.0/Microsoft.ML.Cnn.xml"],
            package.Entries.Select(entry => entry.FullName).Where(name => name.StartsWith("lib/", StringComparison.Ordinal)).Order()
        );
        Assert.DoesNotContain(package.Entries, entry => entry.FullName.StartsWith("build", StringComparison.Ordinal));
    }

    [Fact]
    public void The_package_shows_the_readme()
    {
        using ZipArchive package = ZipFile.OpenRead(library.File);
        Assert.NotNull(package.GetEntry("README.md"));
        Assert.Equal("README.md", Metadata(package, "readme").Single().Value);
    }

    [Fact]
    public void The_package_asks_for_ml_net_from_5_0_1_up_to_the_next_major_version()
    {
        using ZipArchive package = ZipFile.OpenRead(library.File);
        XElement mlNet = Metadata(package, "dependency").Single(dependency => dependency.Attribute("id")!.Value == "Microsoft.ML");
        Assert.Equal("[5.0.1, 6.0.0)", mlNet.Attribute("version")!.Value);
    }

    private static List<XElement> Metadata(ZipArchive package, string name)
    {
        using Stream nuspec = package.GetEntry("MlCnn.nuspec")!.Open();
        return XDocument.Load(nuspec).Descendants().Where(element => element.Name.LocalName == name).ToList();
    }
}
