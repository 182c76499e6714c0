using Microsoft.ML.Cnn.Experiments.Tasks;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Tests.Experiments.Tasks;

public sealed class NamedNetworksTests
{
    /// <summary>Of images of one channel with truth values as labels.</summary>
    internal static DataViewSchema SchemaOf(int height, int width)
    {
        DataViewSchema.Builder builder = new();
        builder.AddColumn("Label", BooleanDataViewType.Instance);
        builder.AddColumn("Features", new VectorDataViewType(NumberDataViewType.Single, height, width, 1));
        return builder.ToSchema();
    }

    [Theory]
    [InlineData(28, 28, "Stack, LeNet5")]
    [InlineData(32, 32, "Stack, LeNet5, SmallVgg")]
    [InlineData(64, 64, "Stack, SmallVgg")]
    [InlineData(28, 32, "Stack")]
    [InlineData(224, 224, "Stack")]
    public void By_default_those_are_searched_that_the_images_fit(int height, int width, string expected)
    {
        CnnSearchSpace space = DefaultSpace.Create(typeof(CnnBinaryTrainer.Options), new Shape(height, width, 1));
        CnnSearchOption network = space.Single(option => option.Key == "Network").Value;
        Assert.Equal(
            expected,
            string.Join(", ", Enumerable.Range(0, network.Count!.Value).Select(value => network.At((value + 0.5) / network.Count.Value)))
        );
        OptionNames.Require(space, () => new CnnBinaryTrainer.Options(), SchemaOf(height, width));
        foreach ((_, CnnParameters parameters) in space.Extremes())
        {
            CnnBinaryTrainer.Options options = new();
            OptionNames.Apply(parameters, options, SchemaOf(height, width));
            Assert.Equal(1, options.Network.WithOutput(1, new Shape(height, width, 1)).OutputShape(new Shape(height, width, 1)).Length);
        }
    }

    [Theory]
    [InlineData(28, 4)]
    [InlineData(8, 3)]
    [InlineData(6, 2)]
    public void Stacks_are_no_deeper_than_images_can_be_halved(int side, int blocks) =>
        Assert.Equal(blocks, StackedNetwork.SpaceFor(new Shape(side, 2 * side, 3)).Single(option => option.Key == "Blocks").Value.At(1));

    [Fact]
    public void A_stack_is_that_of_its_numbers_and_by_default_the_one_that_is_tried_first()
    {
        Layer[] Block(int width) =>
            [
                new Conv2D(width, 3, padding: Padding.Same),
                new BatchNormalization(),
                new ReLU(),
                new Conv2D(width, 3, padding: Padding.Same),
                new BatchNormalization(),
                new ReLU(),
                new MaxPool2D(2, rounding: Rounding.Floor),
                new Dropout(0.25f),
            ];
        Network first = Network.Sequential([
            .. Block(32),
            .. Block(64),
            new Flatten(),
            new Dense(128),
            new BatchNormalization(),
            new ReLU(),
            new Dropout(0.25f),
        ]);
        Assert.Equal(first, StackedNetwork.Create());
        CnnBinaryTrainer.Options options = new();
        OptionNames.Apply(DefaultSpace.Create(typeof(CnnBinaryTrainer.Options), new Shape(28, 28, 1)).Defaults, options, SchemaOf(28, 28));
        Assert.Equal(first, options.Network);

        Network other = Network.Sequential(
            new Conv2D(8, 5, padding: Padding.Same),
            new Tanh(),
            new AveragePool2D(2, rounding: Rounding.Floor),
            new Flatten(),
            new Dense(10),
            new Tanh()
        );
        Assert.Equal(
            other,
            Made(
                28,
                ("Network", "Stack"),
                ("Network.Blocks", 1),
                ("Network.Convolutions", 1),
                ("Network.Width", 8),
                ("Network.Kernel", 5),
                ("Network.Pooling", "Average"),
                ("Network.Activation", "Tanh"),
                ("Network.BatchNormalization", false),
                ("Network.Dropout", 0.0),
                ("Network.Units", 10)
            )
        );
    }

    [Fact]
    public void Networks_of_the_literature_go_by_name_and_are_cut_to_the_images()
    {
        Assert.Equal(Architectures.LeNet5(inputSize: 28), Made(28, ("Network", "LeNet5")));
        Assert.Equal(
            Architectures.LeNet5(LeNet5Variant.ModernTanh, inputSize: 32),
            Made(32, ("Network", "LeNet5"), ("Network.Variant", "ModernTanh"))
        );
        Assert.Equal(
            Architectures.SmallVgg(64, firstBlockWidth: 16, batchNormalization: false),
            Made(64, ("Network", "SmallVgg"), ("Network.FirstBlockWidth", 16), ("Network.BatchNormalization", false))
        );
        Assert.Equal(Architectures.ResNet18(8, smallImages: true), Made(28, ("Network", "ResNet18"), ("Network.FirstBlockWidth", 8)));
        Assert.Equal(Architectures.ResNet34(), Made(224, ("Network", "ResNet34")));
        Assert.Equal(
            Architectures.Vgg11(8, denseUnits: 64),
            Made(32, ("Network", "Vgg11"), ("Network.FirstBlockWidth", 8), ("Network.DenseUnits", 64))
        );
    }

    [Fact]
    public void Names_and_sizes_that_do_not_fit_are_refused()
    {
        Assert.Contains(
            "There is no Network 'VGG' that an experiment knows. What would work: Stack, LeNet5",
            Assert.Throws<ArgumentException>(() => Made(28, ("Network", "VGG"))).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "received 30. What would work",
            Assert.Throws<ArgumentOutOfRangeException>(() => Made(30, ("Network", "LeNet5"))).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ShapeException>(() => Made(28, ("Network", "Vgg16")));
        Assert.Contains(
            "There are: Max, Average",
            Assert.Throws<InvalidCastException>(() => Made(28, ("Network", "Stack"), ("Network.Pooling", "Minimum"))).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "'Network.Depth' stands for nothing. What may vary under Network 'Stack': Blocks, Convolutions",
            Assert.Throws<ArgumentException>(() => Made(28, ("Network", "Stack"), ("Network.Depth", 2))).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => Made(28, ("Network", "Stack"), ("Network.Dropout", -0.1)));
    }

    [Fact]
    public void An_experiment_refuses_networks_that_its_images_do_not_fit_before_its_first_trial()
    {
        MLContext context = new(seed: 1);
        CnnExperiment experiment = context
            .MulticlassClassification.CreateCnnExperiment(new CnnExperimentSettings { MaxModels = 1 })
            .SetDataset(TinyImages.View(context), TinyImages.View(context))
            .SetSearchSpace(new() { { "Network", CnnSearchOption.Choice("Stack", "LeNet5") } });
        Assert.Contains(
            "where Network is LeNet5. LeNet-5 takes images of 28 x 28 or 32 x 32 pixels, received 6",
            Assert.Throws<ArgumentException>(() => experiment.Run()).Message,
            StringComparison.Ordinal
        );
    }

    private static Network Made(int side, params (string Name, object Value)[] values) =>
        NamedNetworks.Make(
            new CnnParameters(values.Select(value => KeyValuePair.Create(value.Name, value.Value))),
            new Shape(side, side, side == 224 ? 3 : 1)
        );
}
