namespace Microsoft.ML.Cnn.Tests.Samples;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--data", "that ship with this program")]
    [InlineData("--epochs", "[default: 20]")]
    [InlineData("--batch-size", "[default: 64]")]
    [InlineData("--learning-rate", "[default: 0.03]")]
    [InlineData("--weight-decay", "[default: 0.004]")]
    [InlineData("--threads", "all cores")]
    [InlineData("--seed", "[default: 1]")]
    [InlineData("--validation", "[default: 0]")]
    [InlineData("--variant", "[default: modern]")]
    [InlineData("--model", "[default: lenet5.zip]")]
    [InlineData("--report", "[default: no report]")]
    [InlineData("predict", "saved model")]
    [InlineData("summary", "layer by layer")]
    [InlineData("augment", "what augmentations make of images")]
    [InlineData("edges", "ready filter")]
    [InlineData("features", "feature maps")]
    [InlineData("experiment", "Searches for the network")]
    public void Help_tells_every_option_with_its_default(string name, string text)
    {
        SampleResult help = SampleResult.Of(["--help"]);

        Assert.Equal(0, help.ExitCode);
        Assert.Contains(
            help.Output.Split('\n'),
            line => line.Contains($"  {name} ", StringComparison.Ordinal) && line.Contains(text, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void An_unknown_command_is_refused() => SampleResult.Of(["lenet6"]).AssertRefused("lenet6");

    [Fact]
    public void An_option_that_its_command_would_not_see_is_refused() =>
        SampleResult.Of(["--epochs", "3", "predict"]).AssertRefused("--epochs stands before 'predict'");

    [Fact]
    public void The_shipped_images_lie_beside_the_program() =>
        Assert.Equal(4, Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "data", "fashion-mnist"), "*.gz").Length);

    [Fact]
    public void A_mistake_of_the_program_keeps_its_stack_trace_and_a_refusal_does_not()
    {
        Assert.False(Cnn.Samples.Commands.ErrorLine.Explains(new KeyNotFoundException()));
        Assert.True(Cnn.Samples.Commands.ErrorLine.Explains(new FormatException()));
    }
}
