namespace Microsoft.ML.Cnn.Tests.Architecture;

public class LayeringTests
{
    private static readonly IReadOnlyList<Dependency> Library = AssemblyDependencies.Read(
        typeof(Shape).Assembly.Location,
        "/src/Microsoft.ML.Cnn/"
    );

    private static readonly IReadOnlyList<Dependency> Invented = AssemblyDependencies.Read(
        typeof(LayeringTests).Assembly.Location,
        "/Architecture/Invented/"
    );

    [Fact]
    public void Dependencies_run_one_way() => Assert.Empty(LayeringRules.Violations(Library));

    [Fact]
    public void Every_folder_is_one_of_the_layering() =>
        Assert.DoesNotContain(Library.Select(d => d.From), folder => folder != "Interop" && LayeringRules.Tier(folder) < 0);

    [Fact]
    public void Dependencies_between_folders_are_seen() =>
        Assert.Contains(Library, d => d is { From: "Kernels" or "Tensors", To: "Tensors" });

    [Fact]
    public void A_use_from_below_is_found_in_the_body_of_a_method() =>
        Assert.Contains(
            "Tensors must not use Layers: UpwardTensor.Describe uses InventedLayer.get_Name",
            LayeringRules.Violations(Invented)
        );

    [Fact]
    public void A_use_of_ml_net_below_the_trainers_is_found() =>
        Assert.Contains(
            LayeringRules.Violations(Invented),
            line => line.StartsWith("Layers must not use Microsoft.ML.Data:", StringComparison.Ordinal)
        );

    [Fact]
    public void Uses_downwards_are_allowed() =>
        Assert.DoesNotContain(LayeringRules.Violations(Invented), line => line.StartsWith("Trainers", StringComparison.Ordinal));

    [Theory]
    [InlineData("Layers", "Networks")]
    [InlineData("Networks", "Training")]
    [InlineData("Serialization", "Transforms")]
    [InlineData("Training", "Interop")]
    [InlineData("Interop", "Tensors")]
    [InlineData("Networks", "Microsoft.ML.Core")]
    [InlineData("Trainers", "Experiments")]
    [InlineData("Trainers", "Somewhere")]
    public void What_the_rules_forbid_is_named(string from, string to) =>
        Assert.Equal([$"{from} must not use {to}: A uses B"], LayeringRules.Violations([new Dependency(from, to, "A uses B")]));
}
