using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Networks.Plans;

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
            "Layer         Kind       Output shape  Parameters  Multiply-adds   Memory  Algorithm",
            "--------------------------------------------------------------------------------------------------",
            "input                    28 x 28 x 1                               3.1 KB",
            "block1.conv1  Conv2D     28 x 28 x 6          156        117,600  18.4 KB  direct, images in lanes",
            "block1.relu1  ReLU       28 x 28 x 6            0              0  18.4 KB  with pool1",
            "pool1         MaxPool2D  14 x 14 x 6            0              0   4.6 KB",
            "flatten1      Flatten    1176                   0              0   4.6 KB",
            "dense1        Dense      10                11,770         11,760     40 B",
            "--------------------------------------------------------------------------------------------------",
            "total                                      11,926        129,360  46.0 KB",
            "Memory of a layer is that of its output for one image; multiply-adds are for one image.",
            "Batches of 64 on this machine: training takes "
        );
        Assert.StartsWith(expected, network.Summary(new Shape(28, 28, 1)).ToString());
    }

    [Fact]
    public void With_images_in_lanes_deep_filters_go_along_rows_of_points()
    {
        Assert.Equal(["direct, images in lanes", "Winograd along rows, images in lanes"], Algorithms(ConvolutionAlgorithm.Automatic));
        Assert.Equal(["direct, images in lanes", "direct, images in lanes"], Algorithms(ConvolutionAlgorithm.Direct));

        static IEnumerable<string?> Algorithms(ConvolutionAlgorithm convolutions) =>
            Architectures
                .LeNet5()
                .Summary(new Shape(28, 28, 1), convolutions: convolutions)
                .Rows.Where(row => row.Path is "C1" or "C3")
                .Select(row => row.Algorithm);
    }

    [Theory]
    [InlineData(1, 3, "direct")]
    [InlineData(2, 3, "direct")]
    [InlineData(3, 3, "Winograd")]
    [InlineData(1, 5, "direct")]
    [InlineData(2, 5, "Winograd")]
    public void On_maps_that_a_tile_hangs_over_convolutions_are_direct(int side, int kernel, string algorithm)
    {
        Network network = Network.Sequential(new Conv2D(32, kernel, padding: Padding.Same));
        Assert.StartsWith(algorithm, network.Summary(new Shape(side, side, 32)).Rows[0].Algorithm, StringComparison.Ordinal);
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
    public void The_algorithm_of_a_convolution_follows_from_its_filters_and_channels()
    {
        Network network = Network.Sequential(
            new Conv2D(32, 3, padding: 1),
            new Conv2D(32, 3, padding: 1),
            new Conv2D(32, 5, padding: 2),
            new Conv2D(32, 3, stride: 2, padding: 1),
            new Conv2D(32, 1),
            new Conv2D(256, 3, padding: 1),
            new Conv2D(256, 3, padding: 1, groups: 256),
            new Conv2D(1, 3, padding: 1),
            new Conv2D(1, 3, padding: 1)
        );
        string[] expected =
        [
            "direct",
            "Winograd F(4x4, 3x3)",
            "Winograd F(4x4, 5x5)",
            "direct",
            "direct",
            "Winograd F(4x4, 3x3), shared",
            "depthwise",
            "direct",
            "direct",
        ];
        Assert.Equal(expected, network.Summary(new Shape(15, 15, 3)).Rows.Select(WhileTraining));
        Assert.All(
            network.Summary(new Shape(15, 15, 3), convolutions: ConvolutionAlgorithm.Direct).Rows,
            row => Assert.Equal(row.Path == "conv7" ? "depthwise" : "direct", WhileTraining(row))
        );
    }

    // How a convolution predicts may depend on the width of vectors.
    private static string WhileTraining(NetworkSummaryRow row) => row.Algorithm.Split(" (predicting")[0];

    [Fact]
    public void The_memory_of_training_is_that_which_its_plan_takes()
    {
        Shape image = new(16, 16, 3);
        Network network = Network.Sequential(new Conv2D(32, 3, padding: 1), new ReLU(), new MaxPool2D(2), new Flatten(), new Dense(10));
        NetworkSummary summary = network.Summary(image, batchSize: 20);
        CnnModel model = CnnModel.Create(network, image);
        using TrainingPlan plan = new(model.Description, model.Store, PlanOptions.For(20, Environment.ProcessorCount));

        Assert.Equal(plan.ArenaBytes, summary.TrainingMemory.Values);
        Assert.InRange(summary.TrainingMemory.Parameters, 4 * summary.Parameters, 4 * summary.Parameters + 4 * 64);
        Assert.InRange(summary.PredictionMemory.Total, summary.PredictionMemory.Parameters, summary.TrainingMemory.Total);
    }

    [Fact]
    public void A_batch_without_images_has_no_summary() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Network.Sequential(new Dense(2)).Summary(Shape.Flat(3), batchSize: 0));

    [Fact]
    public void A_network_that_does_not_fit_has_no_summary() =>
        Assert.Throws<ShapeException>(() => Network.Sequential(new Conv2D(1, 9)).Summary(new Shape(5, 5, 1)));
}
