using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Networks.Plans;
using PlanBatch = Microsoft.ML.Cnn.Networks.Plans.Batch;

namespace Microsoft.ML.Cnn.Tests.Networks;

/// <summary>Activations of inner layers against the same layers as a network of their own.</summary>
public class FeatureTests
{
    private static readonly Shape Image = new(9, 11, 3);
    private static readonly Network Network = Network.Sequential(
        new Conv2D(5, kernel: 3, padding: Padding.Same),
        new ReLU(),
        new Block(
            new Conv2D(7, kernel: 3),
            new BatchNormalization(),
            new ReLU(),
            new Block(new Conv2D(4, kernel: 1) { Name = "inner" }, new Tanh())
        ),
        new MaxPool2D(2, rounding: Rounding.Floor),
        new Dropout(0.5f),
        new Flatten(),
        new Dense(13),
        new ReLU(),
        new Dense(4)
    );

    private static readonly Network Joined = Network.Sequential(
        new Conv2D(5, kernel: 3, padding: Padding.Same),
        new Residual(
            new Block(new Conv2D(6, kernel: 3, padding: Padding.Same), new BatchNormalization(), new ReLU()),
            new Block(new Conv2D(6, kernel: 1), new Tanh())
        ),
        new Concatenation(new Identity(), new Conv2D(4, kernel: 3, padding: Padding.Same), new Dropout(0)),
        new Flatten(),
        new Dense(4)
    );

    // The same layers, one after another, and how many of them lead to the layer named.
    private static readonly Layer[] Unrolled =
    [
        Network.Layers[0],
        Network.Layers[1],
        .. ((Block)Network.Layers[2]).Layers.Take(3),
        .. ((Block)((Block)Network.Layers[2]).Layers[3]).Layers,
        .. Network.Layers.Skip(3),
    ];

    public static TheoryData<string, int> Layers =>
        new()
        {
            { "conv1", 1 },
            { "relu1", 2 },
            { "block1.conv1", 3 },
            { "block1.batchNorm1", 4 },
            { "block1.relu1", 5 },
            { "block1.block1.inner", 6 },
            { "block1.block1.tanh1", 7 },
            { "block1.block1", 7 },
            { "block1", 7 },
            { "pool1", 8 },
            { "dropout1", 9 },
            { "flatten1", 10 },
            { "dense1", 11 },
            { "relu2", 12 },
            { "dense2", 13 },
        };

    [Theory]
    [MemberData(nameof(Layers))]
    public void A_layer_s_features_are_what_a_network_ending_there_gives(string layer, int count)
    {
        CnnModel model = CnnModel.Create(Network, Image, seed: 3, ModelOutput.Softmax);
        Network beginning = Network.Sequential([.. Unrolled.Take(count)]);
        CnnModel expected = CnnModel.Create(beginning, Image);
        foreach ((ParameterSegment from, ParameterSegment to) in model.Segments.Zip(expected.Segments))
        {
            model.Store[from].CopyTo(expected.Store[to]);
        }

        float[] pixels = Pixels(1);
        FeatureMaps features = model.ExtractFeatures(pixels, layer);

        Assert.Equal(layer, features.Layer);
        Assert.Equal(beginning.OutputShape(Image), features.Shape);
        Assert.Equal(expected.Predict(pixels), features.Values);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void A_batch_gives_the_same_features_at_every_width(string layer, int count)
    {
        Assert.True(count > 0);
        const int Rows = 21;
        CnnModel beginning = CnnModel.Create(Network, Image, seed: 3).UpTo(layer);
        using PlanBatch batch = new(Rows, (int)Image.Length) { Count = Rows };
        for (int row = 0; row < Rows; row++)
        {
            Pixels(row).CopyTo(batch.Row(row));
        }

        foreach (InstructionSet width in Enum.GetValues<InstructionSet>())
        {
            float[] features = new float[Rows * beginning.OutputLength];
            using InferencePlan plan = new(beginning.Description, beginning.Store, new PlanOptions(Rows, 2, width));
            plan.Predict(batch, features);
            for (int row = 0; row < Rows; row++)
            {
                float[] expected = beginning.Predict(Pixels(row));
                Assert.All(expected.Zip(features.Skip(row * expected.Length)), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
            }
        }
    }

    /// <summary>A layer of <see cref="Joined"/>, and those that lead to it.</summary>
    public static TheoryData<string, string> LayersOfBranches =>
        new()
        {
            { "residual1.body.conv1", "conv1 residual1.body.conv1" },
            { "residual1.body.batchNorm1", "conv1 residual1.body.conv1 residual1.body.batchNorm1" },
            { "residual1.body", "conv1 residual1.body.conv1 residual1.body.batchNorm1 residual1.body.relu1" },
            { "residual1.shortcut.conv1", "conv1 residual1.shortcut.conv1" },
            { "residual1.shortcut", "conv1 residual1.shortcut.conv1 residual1.shortcut.tanh1" },
            { "residual1", "conv1 residual1" },
            { "concatenation1.identity1", "conv1 residual1" },
            { "concatenation1.dropout1", "conv1 residual1" },
            { "concatenation1.conv1", "conv1 residual1 concatenation1.conv1" },
            { "concatenation1", "conv1 residual1 concatenation1" },
            { "dense1", "conv1 residual1 concatenation1 flatten1 dense1" },
        };

    [Theory]
    [MemberData(nameof(LayersOfBranches))]
    public void Features_inside_a_branch_are_those_of_the_layers_that_lead_there(string layer, string through)
    {
        CnnModel model = CnnModel.Create(Joined, Image, seed: 3);
        string[] paths = through.Split(' ');
        CnnModel expected = CnnModel.Create(
            Network.Sequential([.. paths.Select(path => Joined.Place(Image).Single(placed => placed.Path == path).Layer)]),
            Image
        );
        IEnumerable<ParameterSegment> segments = paths.SelectMany(path =>
            model.Segments.Where(segment => LayerNames.IsWithin(segment.Layer, path))
        );
        foreach ((ParameterSegment from, ParameterSegment to) in segments.Zip(expected.Segments))
        {
            model.Store[from].CopyTo(expected.Store[to]);
        }

        float[] pixels = Pixels(1);
        FeatureMaps features = model.ExtractFeatures(pixels, layer);

        Assert.Equal(expected.Description.OutputShape, features.Shape);
        Assert.Equal(expected.Predict(pixels), features.Values);
    }

    [Fact]
    public void Maps_and_values_are_found_by_row_column_and_channel()
    {
        CnnModel model = CnnModel.Create(Network.Sequential(new Flatten(), new Dense(2)), new Shape(2, 3, 2));
        Assert.Equal(Shape.Flat(12), model.ExtractFeatures([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], "flatten1").Shape);

        CnnModel pooled = CnnModel.Create(Network.Sequential(new ReLU(), new Flatten()), new Shape(2, 3, 2));
        FeatureMaps maps = pooled.ExtractFeatures([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], "relu1");

        Assert.Equal(new Shape(2, 3, 2), maps.Shape);
        Assert.Equal(10, maps[1, 1, 1]);
        Assert.Equal([2, 4, 6, 8, 10, 12], maps.Map(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => maps[2, 0, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => maps[0, 3, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => maps.Map(2));
    }

    [Theory]
    [InlineData("conv2")]
    [InlineData("block1.conv")]
    [InlineData("block1.")]
    [InlineData("block")]
    [InlineData("Conv1")]
    public void A_layer_that_there_is_not_is_refused_with_those_that_there_are(string layer)
    {
        CnnModel model = CnnModel.Create(Network, Image);
        string message = Assert.Throws<ArgumentException>(() => model.ExtractFeatures(Pixels(1), layer)).Message;
        Assert.Contains($"names '{layer}'", message, StringComparison.Ordinal);
        Assert.Contains("conv1, relu1, block1, block1.conv1, block1.batchNorm1", message, StringComparison.Ordinal);
    }

    private static float[] Pixels(int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, (int)Image.Length).Select(_ => random.NextSingle() - 0.5f)];
    }
}
