using System.Reflection;
using System.Runtime.Loader;
using System.Text;
using Microsoft.ML.Cnn.Interop;

namespace Microsoft.ML.Cnn.Tests.Interop;

public class MlNetBindingTests
{
    [Fact]
    public void The_library_accepts_the_ml_net_it_was_built_against()
    {
        MlNetBinding.Check();
        Assert.Equal(MlNetBinding.VersionFound(), MlNetBinding.VersionBuiltAgainst(typeof(MlNetBinding).Assembly));
    }

    [Fact]
    public void A_member_that_ml_net_lacks_is_found_by_name()
    {
        Assembly misfit = LibraryReferringTo("get_IsCancelEd", insteadOf: "get_IsCanceled");
        string fault = Assert.Single(MlNetReferences.Of(misfit).Select(reference => reference.Fault).OfType<string>());
        Assert.Contains("ICancelable.get_IsCancelEd", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_misfit_is_told_with_both_versions_and_what_is_missing()
    {
        string message = MlNetBinding.Describe(["Method not found: X"], builtAgainst: "5.0.1", found: "5.9.0");
        Assert.Contains("5.0.1", message, StringComparison.Ordinal);
        Assert.Contains("5.9.0", message, StringComparison.Ordinal);
        Assert.Contains("Method not found: X", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_environment_of_every_catalog_can_be_had()
    {
        var context = new MLContext();
        Assert.NotNull(CatalogEnvironment.Of(context.MulticlassClassification));
        Assert.NotNull(CatalogEnvironment.Of(context.MulticlassClassification.Trainers));
        Assert.NotNull(CatalogEnvironment.Of(context.Transforms));
        Assert.NotNull(CatalogEnvironment.Of(context.Data));
    }

    [Fact]
    public void A_missing_catalog_is_refused_by_name()
    {
        Assert.Equal("catalog", Assert.Throws<ArgumentNullException>(() => CatalogEnvironment.Of((TransformsCatalog)null!)).ParamName);
    }

    [Fact]
    public void A_cancelled_context_is_seen_through_its_hosts()
    {
        var context = new MLContext();
        var host = CatalogEnvironment.Of(context.Transforms).Register("test");
        Assert.False(host.IsCanceled());
        typeof(MLContext)
            .GetMethod("CancelExecution", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)!
            .Invoke(context, []);
        Assert.True(host.IsCanceled());
    }

    /// <summary>A second copy of the library, in whose names one is replaced by another of the same length.</summary>
    private static Assembly LibraryReferringTo(string name, string insteadOf)
    {
        byte[] image = File.ReadAllBytes(typeof(MlNetBinding).Assembly.Location);
        int position = image.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"\0{insteadOf}\0"));
        Encoding.UTF8.GetBytes(name).CopyTo(image, position + 1);
        return new AssemblyLoadContext("misfit", isCollectible: true).LoadFromStream(new MemoryStream(image));
    }
}
