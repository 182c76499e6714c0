using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn.Tests.Layers;

/// <summary>What residual blocks and concatenations refuse, and what their insides are called.</summary>
public class CompositionTests
{
    private static readonly Shape Image = new(8, 8, 3);

    [Fact]
    public void A_sum_of_different_shapes_is_refused_with_a_shortcut_that_would_work()
    {
        ShapeException refusal = Assert.Throws<ShapeException>(() =>
            Network.Sequential(new Residual(new Conv2D(4, 3, padding: 1))).OutputShape(Image)
        );
        Assert.Equal("residual1", refusal.LayerPath);
        Assert.Contains("the body makes 8 x 8 x 4, the shortcut 8 x 8 x 3", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("1 x 1 convolution of 4 filters", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Branches_of_different_sizes_are_refused()
    {
        ShapeException refusal = Assert.Throws<ShapeException>(() =>
            new Concatenation(new Conv2D(4, 3), new Identity()).OutputShape(Image)
        );
        Assert.Contains("6 x 6 x 4 (conv1), 8 x 8 x 3 (identity1)", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_inside_that_does_not_fit_is_named_by_its_path() =>
        Assert.Equal(
            "residual1.body.concatenation1.conv1",
            Assert
                .Throws<ShapeException>(() =>
                    Network.Sequential(new Residual(new Block(new Concatenation(new Conv2D(3, 9))))).OutputShape(Image)
                )
                .LayerPath
        );

    [Fact]
    public void Layers_inside_have_paths_of_their_own_and_the_sum_comes_last() =>
        Assert.Equal(
            [
                "first.body.conv1",
                "first.body.relu1",
                "first.projection",
                "first",
                "concatenation1.identity1",
                "concatenation1.conv1",
                "concatenation1",
            ],
            Network
                .Sequential(
                    new Residual(new Block(new Conv2D(4, 1), new ReLU()), new Conv2D(4, 1) { Name = "projection" }) { Name = "first" },
                    new Concatenation(new Identity(), new Conv2D(2, 1))
                )
                .Summary(Image, 1)
                .Rows.Select(row => row.Path)
        );

    [Fact]
    public void What_is_not_there_is_refused()
    {
        Assert.Throws<ArgumentNullException>(() => new Residual(null!));
        Assert.Throws<ArgumentException>(() => new Concatenation());
        Assert.Throws<ArgumentException>(() => new Residual(new ReLU { Name = "way" }, new Tanh { Name = "way" }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LeakyReLU(-0.1f));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ELU(float.NaN));
    }
}
