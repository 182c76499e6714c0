using SkiaSharp;

namespace Microsoft.ML.Cnn.Tests.Samples;

public sealed class EdgesCommandTests : IDisposable
{
    private readonly PictureFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sobel")]
    [InlineData("prewitt")]
    [InlineData("scharr")]
    [InlineData("laplacian")]
    public void An_edge_is_white_and_all_else_is_black(string filter)
    {
        string image = _folder.WriteStep(SKColors.DarkBlue, SKColors.Orange, step: 7);

        SampleResult run = Edges("--image", image, "--filter", filter);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("12 x 9 pixels", run.Output, StringComparison.Ordinal);
        SKColor[] pixels = _folder.Read("edges.png", out int width);
        Assert.Equal(12, width);
        Assert.All(pixels.Index(), pixel => Assert.Equal(pixel.Index % width is 6 or 7 ? SKColors.White : SKColors.Black, pixel.Item));
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("gaussian")]
    [InlineData("box")]
    [InlineData("sharpen")]
    public void What_is_even_keeps_its_colour(string filter)
    {
        SKColor color = new(200, 30, 90);
        Edges("--image", _folder.WriteStep(color, color, step: 7), "--filter", filter);
        Assert.All(_folder.Read("edges.png", out _), pixel => Assert.Equal(color, pixel));
    }

    [Fact]
    public void A_blurred_step_rises_gently_and_a_sharpened_one_steeply()
    {
        string image = _folder.WriteStep(new SKColor(100, 100, 100), new SKColor(150, 150, 150), step: 6);
        Edges("--image", image, "--filter", "gaussian");
        SKColor[] blurred = _folder.Read("edges.png", out _);
        Assert.InRange(blurred[5].Red, 105, 124);
        Assert.InRange(blurred[6].Red, 126, 145);
        Edges("--image", image, "--filter", "sharpen");
        SKColor[] sharp = _folder.Read("edges.png", out _);
        Assert.Equal((50, 200), (sharp[5].Red, sharp[6].Red));
    }

    [Fact]
    public void Sobel_is_what_is_done_unless_another_filter_is_asked_for()
    {
        string image = _folder.WriteStep(SKColors.Black, SKColors.White, step: 4);
        Edges("--image", image);
        Assert.Equal(
            [3, 4],
            _folder.Read("edges.png", out _).Take(12).Index().Where(pixel => pixel.Item.Red > 0).Select(pixel => pixel.Index)
        );
    }

    [Fact]
    public void An_unknown_filter_is_refused_with_those_that_there_are() =>
        Edges("--image", _folder.WriteStep(SKColors.Black, SKColors.White, step: 4), "--filter", "roberts")
            .AssertRefused(
                "--filter must be one of sobel, prewitt, scharr, laplacian, gaussian, box, sharpen, identity, received 'roberts'"
            );

    [Fact]
    public void A_picture_that_is_not_there_or_is_none_is_refused_and_what_is_there_stays()
    {
        File.WriteAllText(_folder.PathOf("edges.png"), "an old result");
        File.WriteAllText(_folder.PathOf("text.png"), "no picture");

        Edges("--image", _folder.PathOf("none.png")).AssertRefused("there is no file");
        Edges("--image", _folder.PathOf("text.png")).AssertRefused("is no picture");

        Assert.Equal("an old result", File.ReadAllText(_folder.PathOf("edges.png")));
        Assert.Equal(["edges.png", "text.png"], _folder.Files);
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_refused()
    {
        string image = _folder.WriteStep(SKColors.Black, SKColors.White, step: 4);
        SampleResult.Of("edges", "--image", image, "--out", _folder.PathOf("no/folder.png")).AssertRefused("--out");
        Assert.Equal(["step.png"], _folder.Files);
    }

    [Fact]
    public void What_is_required_is_asked_for() => SampleResult.Of("edges", "--image", "a.png").AssertRefused("--out");

    [Fact]
    public void An_interrupted_run_writes_nothing()
    {
        string image = _folder.WriteStep(SKColors.Black, SKColors.White, step: 4);
        Assert.Equal(130, SampleResult.Interrupted("edges", "--image", image, "--out", _folder.PathOf("edges.png")).ExitCode);
        Assert.Equal(["step.png"], _folder.Files);
    }

    private SampleResult Edges(params string[] arguments) => SampleResult.Of(["edges", .. arguments, "--out", _folder.PathOf("edges.png")]);
}
