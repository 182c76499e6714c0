using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn.Tests.Networks;

/// <summary>Ready networks have the parameters and shapes that are published.</summary>
public class ArchitectureTests
{
    private const int Classes = 1000;

    public static TheoryData<string, int, long> Published =>
        new()
        {
            { "alexnet", 227, 60_965_224 },
            { "alexnet-ungrouped", 227, 62_378_344 },
            { "alexnet-pytorch", 224, 61_100_840 },
            { "vgg11", 224, 132_863_336 },
            { "vgg13", 224, 133_047_848 },
            { "vgg16", 224, 138_357_544 },
            { "vgg16-bn", 224, 138_365_992 },
            { "vgg19", 224, 143_667_240 },
            { "resnet18", 224, 11_689_512 },
            { "resnet34", 224, 21_797_672 },
        };

    [Theory]
    [MemberData(nameof(Published))]
    public void A_network_has_as_many_parameters_as_are_published(string name, int size, long parameters)
    {
        Shape image = new(size, size, 3);
        Assert.Equal(parameters, Named(name).WithOutput(Classes, image).CountParameters(image));
    }

    [Fact]
    public void Alexnet_has_the_shapes_of_the_paper() =>
        Assert.Equal(
            [
                new(55, 55, 96),
                new(27, 27, 96),
                new(27, 27, 256),
                new(13, 13, 256),
                new(13, 13, 384),
                new(13, 13, 384),
                new(13, 13, 256),
                new(6, 6, 256),
                Shape.Flat(9216),
                Shape.Flat(4096),
                Shape.Flat(4096),
            ],
            ShapesOf(Architectures.AlexNet(), 227)
        );

    [Fact]
    public void Alexnet_of_pytorch_has_its_shapes() =>
        Assert.Equal(
            [
                new(55, 55, 64),
                new(27, 27, 64),
                new(27, 27, 192),
                new(13, 13, 192),
                new(13, 13, 384),
                new(13, 13, 256),
                new(13, 13, 256),
                new(6, 6, 256),
                new(6, 6, 256),
                Shape.Flat(9216),
                Shape.Flat(4096),
                Shape.Flat(4096),
            ],
            ShapesOf(Architectures.AlexNet(AlexNetVariant.PyTorch), 224)
        );

    [Theory]
    [InlineData("vgg11", 8)]
    [InlineData("vgg13", 10)]
    [InlineData("vgg16", 13)]
    [InlineData("vgg19", 16)]
    public void Blocks_of_vgg_have_the_shapes_of_the_paper(string name, int convolutions)
    {
        NetworkSummaryRow[] rows = [.. Named(name).Summary(new Shape(224, 224, 3), 1).Rows];
        Assert.Equal(convolutions, rows.Count(row => row.Layer is Conv2D));
        Assert.Equal(
            [new(112, 112, 64), new(56, 56, 128), new(28, 28, 256), new(14, 14, 512), new(7, 7, 512)],
            rows.Where(row => row.Layer is MaxPool2D).Select(row => row.OutputShape)
        );
    }

    [Theory]
    [InlineData("resnet18", 8)]
    [InlineData("resnet34", 16)]
    public void Stages_of_resnet_have_the_shapes_of_the_paper(string name, int blocks)
    {
        NetworkSummaryRow[] rows = [.. Named(name).Summary(new Shape(224, 224, 3), 1).Rows];
        Shape[] sums = [.. rows.Where(row => row.Layer is Residual).Select(row => row.OutputShape)];
        Assert.Equal(blocks, sums.Length);
        Assert.Equal([new(56, 56, 64), new(28, 28, 128), new(14, 14, 256), new(7, 7, 512)], sums.Distinct());
        Assert.Equal(new Shape(112, 112, 64), rows[0].OutputShape);
    }

    [Fact]
    public void Resnet_for_small_images_keeps_them_to_its_last_stage() =>
        Assert.Equal(
            [new(32, 32, 64), new(16, 16, 128), new(8, 8, 256), new(4, 4, 512)],
            Architectures
                .ResNet18(smallImages: true)
                .Summary(new Shape(32, 32, 3), 1)
                .Rows.Where(row => row.Layer is Residual)
                .Select(row => row.OutputShape)
                .Distinct()
        );

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    public void Small_networks_take_small_images(int size)
    {
        Shape image = new(size, size, 3);
        Assert.Equal(Shape.Flat(1024), Architectures.SmallAlexNet(size).OutputShape(image));
        Assert.Equal(Shape.Flat(256), Architectures.SmallVgg(size).OutputShape(image));
        Assert.Equal(Shape.Flat(128), Architectures.Vgg16(firstBlockWidth: 8, denseUnits: 128).OutputShape(image));
        Assert.Equal(Shape.Flat(512), Architectures.ResNet18(smallImages: true).OutputShape(image));
    }

    [Fact]
    public void An_image_that_does_not_fit_is_refused_with_the_sizes_that_would()
    {
        ShapeException tooSmall = Assert.Throws<ShapeException>(() => Architectures.AlexNet().OutputShape(new Shape(224, 224, 3)));
        Assert.Contains("an input height of 223 or 227", tooSmall.Message, StringComparison.Ordinal);
        ShapeException odd = Assert.Throws<ShapeException>(() => Architectures.Vgg16().OutputShape(new Shape(200, 200, 3)));
        Assert.Contains("block4.pool1", odd.Message, StringComparison.Ordinal);
        Assert.Contains("32 x 32 or 64 x 64", Refusal(() => Architectures.SmallAlexNet(48)), StringComparison.Ordinal);
        Assert.Contains("received 48", Refusal(() => Architectures.SmallVgg(48)), StringComparison.Ordinal);
        Refusal(() => Architectures.Vgg16(firstBlockWidth: 0));
        Refusal(() => Architectures.ResNet34(firstBlockWidth: -1));
        Refusal(() => Architectures.AlexNet((AlexNetVariant)7));

        static string Refusal(Func<Network> create) => Assert.ThrowsAny<ArgumentException>(create).Message;
    }

    [Fact]
    public void Biases_of_alexnet_begin_at_one_where_the_paper_has_them()
    {
        Layer[] weighted = [.. Architectures.AlexNet().Layers.Where(layer => layer is Conv2D or Dense)];
        bool[] ones =
        [
            .. weighted
                .Select(layer => (layer as Conv2D)?.BiasInitializer ?? ((Dense)layer).BiasInitializer)
                .Select(bias => bias == Initializer.One),
        ];
        Assert.Equal([false, true, false, true, true, true, true], ones);
    }

    [Fact]
    public void Options_of_the_papers_train()
    {
        CnnMulticlassTrainer.Options[] all = [PublishedTraining.AlexNet(), PublishedTraining.Vgg(), PublishedTraining.ResNet()];
        Assert.Equal([128, 256, 256], all.Select(options => options.BatchSize));
        Assert.Equal([5e-4f, 5e-4f, 1e-4f], all.Select(options => options.Optimizer.WeightDecay));
        Assert.All(all, options => Assert.Equal(0.9f, Assert.IsType<Sgd>(options.Optimizer).Momentum));
        Assert.Equal([true, false, false], all.Select(options => ((Sgd)options.Optimizer).RateInVelocity));
        Assert.All(all, options => Assert.NotNull(new MLContext(1).MulticlassClassification.Trainers.Cnn(options)));
    }

    private static Network Named(string name) =>
        name switch
        {
            "alexnet" => Architectures.AlexNet(),
            "alexnet-ungrouped" => Architectures.AlexNet(AlexNetVariant.Ungrouped),
            "alexnet-pytorch" => Architectures.AlexNet(AlexNetVariant.PyTorch),
            "vgg11" => Architectures.Vgg11(),
            "vgg13" => Architectures.Vgg13(),
            "vgg16" => Architectures.Vgg16(),
            "vgg16-bn" => Architectures.Vgg16(batchNormalization: true),
            "vgg19" => Architectures.Vgg19(),
            "resnet18" => Architectures.ResNet18(),
            _ => Architectures.ResNet34(),
        };

    /// <summary>What leaves each layer but activations, normalization and dropout.</summary>
    private static IEnumerable<Shape> ShapesOf(Network network, int size) =>
        network
            .Summary(new Shape(size, size, 3), 1)
            .Rows.Where(row => row.Layer is Conv2D or MaxPool2D or AdaptiveAveragePool2D or Flatten or Dense)
            .Select(row => row.OutputShape);
}
