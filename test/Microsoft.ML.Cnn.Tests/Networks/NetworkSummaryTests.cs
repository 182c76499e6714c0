using Microsoft.ML.Cnn.Kernels.Simd;
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
            "Layer         Kind       Output shape  Parameters  Multiply-adds   Memory  Layout           Algorithm",
            "---------------------------------------------------------------------------------------------------------",
            "input                    28 x 28 x 1                               3.1 KB",
            "block1.conv1  Conv2D     28 x 28 x 6          156        117,600  18.4 KB  images in lanes  direct",
            "block1.relu1  ReLU       28 x 28 x 6            0              0  18.4 KB  images in lanes  in pool1",
            "pool1         MaxPool2D  14 x 14 x 6            0              0   4.6 KB  images in lanes  one pass",
            "flatten1      Flatten    1176                   0              0   4.6 KB  rows             copy",
            "dense1        Dense      10                11,770         11,760     40 B  rows             packed panels",
            "---------------------------------------------------------------------------------------------------------",
            "total                                      11,926        129,360  46.0 KB",
            "Memory of a layer is that of its output for one image; multiply-adds are for one image.",
            "Batches of 64 on this machine: training takes "
        );
        Assert.StartsWith(expected, network.Summary(new Shape(28, 28, 1), convolutions: ConvolutionAlgorithm.Direct).ToString());
    }

    [Fact]
    public void With_images_in_lanes_filters_go_along_rows_of_points_shallow_ones_where_there_are_registers_enough()
    {
        string shallow = SimdDispatch.Best == InstructionSet.Vector512 ? "Winograd along rows" : "direct";
        Assert.Equal([shallow, "Winograd along rows"], Algorithms(ConvolutionAlgorithm.Automatic));
        Assert.Equal(["direct", "direct"], Algorithms(ConvolutionAlgorithm.Direct));

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
            row =>
                Assert.Equal(
                    row.Path switch
                    {
                        "conv6" => "direct, shared",
                        "conv7" => "depthwise",
                        _ => "direct",
                    },
                    WhileTraining(row)
                )
        );
    }

    private static void ComparesWithBuiltPlan(int batchSize, bool training)
    {
        Shape image = new(9, 9, 16);
        Network network = Network.Sequential(
            new Conv2D(32, 3, padding: 1),
            new Conv2D(256, 3, padding: 1),
            new Flatten(),
            new Dense(40),
            new Dense(20)
        );
        CnnModel model = CnnModel.Create(network, image);
        PlanOptions options = PlanOptions.For(batchSize, Environment.ProcessorCount);
        Dictionary<string, string> steps = SimdDispatch.Run(options.InstructionSet, new StepsOfPlan(model, options, training));
        foreach (NetworkSummaryRow row in network.Summary(image, batchSize).Rows)
        {
            string[] ways = row.Algorithm.TrimEnd(')').Split(" (predicting: ");
            string said = training ? ways[0] : ways[^1];
            Assert.Contains(steps[row.Path], Named(said));
        }

        static IEnumerable<string> Named(string algorithm) =>
            algorithm.Split(',')[0] switch
            {
                "direct" => ["DirectConvolution`1"],
                "Winograd F(4x4" => ["WinogradConvolution`1", "SharedWinogradConvolution`1"],
                "copy" => ["FlattenStep`1"],
                "packed panels" => ["SliceDense`1"],
                "packed blocks" or "streamed weights" => ["BatchDense`1"],
                _ => [],
            };
    }

    /// <summary>The kinds of the steps that a plan with memory runs, by path.</summary>
    private sealed class StepsOfPlan(CnnModel model, PlanOptions options, bool training) : IVectorFactory<Dictionary<string, string>>
    {
        public Dictionary<string, string> Create<V>()
            where V : struct, IVector<V>
        {
            PlanContext<V> context = new(model.Description, model.Store.Table, options, training) { Store = model.Store };
            PlanPasses<V> passes = new(context);
            return context.Operations.Zip(passes.Steps).ToDictionary(step => step.First.Operation.Path, step => step.Second.GetType().Name);
        }
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
    public void Every_layer_says_how_it_is_computed_and_what_it_makes()
    {
        Network network = Network.Sequential(
            new Conv2D(32, 3, padding: 1),
            new BatchNormalization(),
            new ReLU(),
            new Residual(new Block(new Conv2D(32, 3, padding: 1), new Tanh())),
            new Concatenation([new Conv2D(16, 1), new AveragePool2D(3, 1, padding: 1)]),
            new LocalResponseNormalization(),
            new Flatten(),
            new Dropout(0.5f),
            new Dense(1024),
            new ReLU(),
            new Dense(10)
        );
        (string, string, string)[] expected =
        [
            ("conv1", "channels in lanes", "direct"),
            ("batchNorm1", "channels in lanes", "moments of the batch, then one pass (predicting: in conv1)"),
            ("relu1", "channels in lanes", "in batchNorm1 (predicting: in conv1)"),
            ("residual1.body.conv1", "channels in lanes", "Winograd F(4x4, 3x3)"),
            ("residual1.body.tanh1", "channels in lanes", "one pass"),
            ("residual1", "channels in lanes", "one pass"),
            ("concatenation1.conv1", "channels in lanes", "direct"),
            ("concatenation1.pool1", "channels in lanes", "one pass"),
            ("concatenation1", "channels in lanes", "one pass"),
            ("norm1", "channels in lanes", "one pass"),
            ("flatten1", "rows", "copy"),
            ("dropout1", "rows", "one pass (predicting: no pass)"),
            ("dense1", "rows", "packed blocks, shared"),
            ("relu2", "rows", "in dense1"),
            ("dense2", "rows", "packed panels"),
        ];
        NetworkSummary summary = network.Summary(new Shape(8, 8, 3));
        Assert.Equal(expected, summary.Rows.Select(row => (row.Path, row.Layout, row.Algorithm)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(64)]
    public void What_the_summary_says_is_what_the_plan_that_is_built_does(int batchSize)
    {
        foreach (bool training in new[] { true, false })
        {
            ComparesWithBuiltPlan(batchSize, training);
        }
    }

    [Fact]
    public void The_slices_of_training_are_those_of_its_plan()
    {
        Shape image = new(8, 8, 64);
        Network network = Network.Sequential(new Conv2D(64, 3, padding: 1), new GlobalAveragePool2D());
        NetworkSummary summary = network.Summary(image, batchSize: 32);
        CnnModel model = CnnModel.Create(network, image);
        using TrainingPlan plan = new(model.Description, model.Store, PlanOptions.For(32, threads: 1));

        NetworkSlicing slicing = summary.TrainingSlicing;
        Assert.Equal(new NetworkSlicing(SliceImages: 8, Slices: 4, Shards: 4), slicing);
        Assert.EndsWith($" in {slicing.Shards} shards of slices of {slicing.SliceImages} images", plan.Name, StringComparison.Ordinal);
        Assert.Contains(
            "Training carries slices of 8 images through the layers, 4 a batch in 4 shards, the loss with each slice;",
            summary.ToString()
        );
    }

    [Fact]
    public void A_batch_without_images_has_no_summary() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Network.Sequential(new Dense(2)).Summary(Shape.Flat(3), batchSize: 0));

    [Fact]
    public void A_network_that_does_not_fit_has_no_summary() =>
        Assert.Throws<ShapeException>(() => Network.Sequential(new Conv2D(1, 9)).Summary(new Shape(5, 5, 1)));
}
