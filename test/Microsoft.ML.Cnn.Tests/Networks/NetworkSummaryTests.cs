using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn.Tests.Networks;

public class NetworkSummaryTests
{
    [Fact]
    public void The_table_shows_each_layer_and_the_totals()
    {
        Network network = Network.Sequential(
            new Block(new Conv2D(6, 5, padding: 2), new ReLU()),
            new MaxPool2D(2),
            new Flatten(),
            new Dense(10)
        );
        string expected = string.Join(
            '\n',
            "Layer         Kind       Output shape  Parameters  Multiply-adds   Memory",
            "-------------------------------------------------------------------------",
            "input                    28 x 28 x 1                               3.1 KB",
            "block1.conv1  Conv2D     28 x 28 x 6          156        117,600  18.4 KB",
            "block1.relu1  ReLU       28 x 28 x 6            0              0  18.4 KB",
            "pool1         MaxPool2D  14 x 14 x 6            0              0   4.6 KB",
            "flatten1      Flatten    1176                   0              0   4.6 KB",
            "dense1        Dense      10                11,770         11,760     40 B",
            "-------------------------------------------------------------------------",
            "total                                      11,926        129,360  46.0 KB",
            "Memory is that of the outputs for one image; multiply-adds are for one image.\n"
        );
        Assert.Equal(expected, network.Summary(new Shape(28, 28, 1)).ToString());
    }

    [Fact]
    public void Multiply_adds_of_lenet_5_are_outputs_times_what_each_sees()
    {
        Shape image = new(32, 32, 1);
        Dictionary<string, long> layers = Architectures
            .LeNet5(inputSize: 32)
            .Summary(image)
            .Rows.ToDictionary(row => row.Path, row => row.MultiplyAdds);
        Assert.Equal(28 * 28 * 6 * 25, layers["C1"]);
        Assert.Equal(10 * 10 * 16 * 25 * 6, layers["C3"]);
        Assert.Equal(400 * 120, layers["C5"]);
        Assert.Equal(120 * 84, layers["F6"]);
    }

    [Fact]
    public void Filters_of_groups_and_partial_connections_count_only_what_they_see()
    {
        Assert.Equal(9L * 16 * 3 * 2, Products(new Conv2D(3, 3, groups: 3), new Shape(6, 6, 6)));
        Assert.Equal(10L * 10 * 25 * 60, Products(new MappedConv2D(ConnectionTable.LeNet5, 5), new Shape(14, 14, 6)));

        static long Products(Layer layer, Shape input) => Network.Sequential(layer).Summary(input).MultiplyAdds;
    }

    [Fact]
    public void A_network_that_does_not_fit_has_no_summary() =>
        Assert.Throws<ShapeException>(() => Network.Sequential(new Conv2D(1, 9)).Summary(new Shape(5, 5, 1)));
}
