using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn.Tests.Layers;

public class LayerNamesTests
{
    [Fact]
    public void Layers_are_numbered_by_their_kind()
    {
        Network network = Network.Sequential(new Conv2D(2, 3), new ReLU(), new Conv2D(2, 3), new ReLU(), new MaxPool2D(2), new Flatten());
        Assert.Equal(["conv1", "relu1", "conv2", "relu2", "pool1", "flatten1"], network.Layers.Names);
    }

    [Fact]
    public void A_name_of_its_own_takes_the_place_of_the_number()
    {
        Network network = Network.Sequential(new Conv2D(2, 3) { Name = "C1" }, new Conv2D(2, 3));
        Assert.Equal(["C1", "conv2"], network.Layers.Names);
    }

    [Fact]
    public void Layers_in_blocks_have_the_path_of_their_blocks()
    {
        Block block = new(new Conv2D(2, 3), new Block(new Conv2D(2, 1), new BatchNormalization()));
        NetworkSummary summary = Network.Sequential(block, block).Summary(new Shape(8, 8, 1));
        Assert.Equal(
            [
                "block1.conv1",
                "block1.block1.conv1",
                "block1.block1.batchNorm1",
                "block2.conv1",
                "block2.block1.conv1",
                "block2.block1.batchNorm1",
            ],
            summary.Rows.Select(row => row.Path)
        );
    }

    [Fact]
    public void Two_layers_of_one_name_are_refused()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() =>
            Network.Sequential(new ReLU(), new Tanh { Name = "a" }, new Sigmoid { Name = "a" })
        );
        Assert.Contains("Layers 2 and 3 are both named 'a'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_given_name_may_not_be_that_which_another_is_numbered_with() =>
        Assert.Throws<ArgumentException>(() => Network.Sequential(new ReLU { Name = "relu2" }, new ReLU()));

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a/b")]
    [InlineData("ä")]
    public void A_name_that_would_break_paths_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => Network.Sequential(new ReLU { Name = name }));

    [Fact]
    public void A_missing_layer_is_refused() =>
        Assert.Contains(
            "Layer 2 of 2 is null",
            Assert.Throws<ArgumentException>(() => Network.Sequential(new ReLU(), null!)).Message,
            StringComparison.Ordinal
        );
}
