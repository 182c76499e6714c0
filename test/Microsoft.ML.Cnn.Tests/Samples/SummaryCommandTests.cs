namespace Microsoft.ML.Cnn.Tests.Samples;

public sealed class SummaryCommandTests
{
    [Theory]
    [InlineData("lenet5", "61,706")]
    [InlineData("alexnet", "60,965,224")]
    [InlineData("alexnet-ungrouped", "62,378,344")]
    [InlineData("alexnet-pytorch", "61,100,840")]
    [InlineData("vgg16", "138,357,544")]
    [InlineData("resnet18", "11,689,512")]
    public void A_network_is_printed_with_its_parameters_and_memory(string name, string parameters)
    {
        SampleResult summary = SampleResult.Of(["summary", "--network", name, "--batch-size", "16"]);

        Assert.Equal("", summary.Error);
        Assert.Equal(0, summary.ExitCode);
        Assert.Contains($"Parameters     {parameters}", summary.Output, StringComparison.Ordinal);
        Assert.Contains("for one image", summary.Output, StringComparison.Ordinal);
        Assert.Contains("MB with batches of 16: parameters", summary.Output, StringComparison.Ordinal);
        Assert.Contains("output ", summary.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_network_has_a_summary() =>
        Assert.All(
            Cnn.Samples.Data.ReadyNetwork.All,
            network => Assert.Equal(0, SampleResult.Of(["summary", "--network", network.Name, "--batch-size", "2"]).ExitCode)
        );

    [Fact]
    public void Size_and_classes_are_those_asked_for()
    {
        SampleResult summary = SampleResult.Of(["summary", "--network", "vgg-small", "--size", "64", "--classes", "7"]);

        Assert.Contains("64 x 64 x 3", summary.Output, StringComparison.Ordinal);
        Assert.Contains(
            summary.Output.Split('\n'),
            line => line.Contains("output", StringComparison.Ordinal) && line.Contains(" 7 ", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void A_convolution_is_set_beside_a_dense_layer()
    {
        string output = SampleResult.Of(["summary", "--compare-dense"]).Output;

        Assert.Contains(Lines(), line => line.Contains("C1: 6 filters of 5 x 5", StringComparison.Ordinal) && Has(line, "156", "117,600"));
        Assert.Contains(
            Lines(),
            line => line.Contains("4,704 units on 784", StringComparison.Ordinal) && Has(line, "3,692,640", "3,687,936")
        );

        string[] Lines() => output.Split('\n');
        static bool Has(string line, params string[] numbers) => numbers.All(number => line.Contains(number, StringComparison.Ordinal));
    }

    [Fact]
    public void A_network_that_there_is_not_is_refused() =>
        SampleResult.Of(["summary", "--network", "vgg17"]).AssertRefused("--network must be one of lenet5, alexnet");

    [Fact]
    public void A_size_that_does_not_fit_is_refused_with_those_that_would() =>
        SampleResult.Of(["summary", "--network", "alexnet", "--size", "224"]).AssertRefused("an input height of 223 or 227");

    [Fact]
    public void A_number_of_classes_that_cannot_be_is_refused() =>
        SampleResult.Of(["summary", "--classes", "0"]).AssertRefused("--classes must be a whole number of at least 1, received '0'");
}
