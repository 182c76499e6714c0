using System.Collections.Immutable;

namespace Microsoft.ML.Cnn.Samples.Data;

/// <summary>A network of the library by its name on the command line, with the images and classes it is meant for.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Create">Makes it for images of a size; without the output layer.</param>
/// <param name="Size">Height and width of the images.</param>
/// <param name="Channels">Of the images.</param>
/// <param name="Classes">Outputs.</param>
internal sealed record ReadyNetwork(string Name, Func<int, Network> Create, int Size, int Channels, int Classes)
{
    public static ImmutableArray<ReadyNetwork> All { get; } =
    [
        new("lenet5", size => Architectures.LeNet5(inputSize: size), 28, 1, 10),
        ImageNet("alexnet", Architectures.AlexNet(), 227),
        ImageNet("alexnet-ungrouped", Architectures.AlexNet(AlexNetVariant.Ungrouped), 227),
        ImageNet("alexnet-pytorch", Architectures.AlexNet(AlexNetVariant.PyTorch), 224),
        new("alexnet-small", Architectures.SmallAlexNet, 32, 3, 10),
        ImageNet("vgg11", Architectures.Vgg11(), 224),
        ImageNet("vgg13", Architectures.Vgg13(), 224),
        ImageNet("vgg16", Architectures.Vgg16(), 224),
        ImageNet("vgg19", Architectures.Vgg19(), 224),
        new("vgg-small", size => Architectures.SmallVgg(size), 32, 3, 10),
        ImageNet("resnet18", Architectures.ResNet18(), 224),
        ImageNet("resnet34", Architectures.ResNet34(), 224),
        new("resnet18-small", _ => Architectures.ResNet18(smallImages: true), 32, 3, 10),
        new("resnet34-small", _ => Architectures.ResNet34(smallImages: true), 32, 3, 10),
    ];

    public static string Names => string.Join(", ", All.Select(network => network.Name));

    /// <summary>The network with an output layer, and the image it reads.</summary>
    public (Network Network, Shape Image) For(int? size, int? classes)
    {
        int side = size ?? Size;
        Network body = Create(side);
        return (
            Network.Sequential([.. body.Layers, new Layers.Dense(classes ?? Classes) { Name = "output" }]),
            new Shape(side, side, Channels)
        );
    }

    private static ReadyNetwork ImageNet(string name, Network network, int size) => new(name, _ => network, size, 3, 1000);
}
