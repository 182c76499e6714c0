using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Peers.Measuring;

namespace Microsoft.ML.Cnn.Peers.Networks;

/// <summary>
/// A network that is compared, as this library describes it, the output layer included. The peers' forms are derived from it, layer by layer, so that it is
/// the same network everywhere.
/// </summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Layers">The layers, with the output layer.</param>
/// <param name="Input">The shape of an image.</param>
/// <param name="TrainBatch">Images of a training step.</param>
/// <param name="InferBatch">Images of a large prediction; one of a single image is measured too.</param>
internal sealed record ComparedNetwork(string Name, Network Layers, Shape Input, int TrainBatch, int InferBatch)
{
    public static IReadOnlyList<ComparedNetwork> All { get; } =
    [
        new("lenet5", LeNet5(), new Shape(28, 28, 1), TrainBatch: 64, InferBatch: 64),
        new("vgg-small", SmallVgg(), new Shape(32, 32, 3), TrainBatch: 64, InferBatch: 32),
        new("alexnet", AlexNet(), new Shape(227, 227, 3), TrainBatch: 16, InferBatch: 32),
        new("vgg16", Vgg16(), new Shape(224, 224, 3), TrainBatch: 4, InferBatch: 32),
    ];

    /// <summary>What is measured of it.</summary>
    public IEnumerable<(string Mode, int Batch)> Cases => [(Workload.Train, TrainBatch), (Workload.Infer, InferBatch), (Workload.Infer, 1)];

    public static ComparedNetwork Named(string name) =>
        All.FirstOrDefault(net => net.Name == name)
        ?? throw new ArgumentException($"There is no network '{name}'. There are: {string.Join(", ", All.Select(net => net.Name))}.");

    private static Network LeNet5() => Network.Sequential([.. Architectures.LeNet5().Layers, new Dense(10)]);

    /// <summary>Three blocks of two convolutions, 32, 64 and 128 channels.</summary>
    private static Network SmallVgg() =>
        Network.Sequential([.. Block(2, 32), .. Block(2, 64), .. Block(2, 128), new Flatten(), new Dense(256), new ReLU(), new Dense(10)]);

    /// <summary>
    /// Krizhevsky, Sutskever and Hinton 2012, "ImageNet Classification with Deep Convolutional Neural Networks", section 3, without the groups that split
    /// it over two devices.
    /// </summary>
    private static Network AlexNet() =>
        Network.Sequential(
            new Conv2D(96, kernel: 11, stride: 4),
            new ReLU(),
            new LocalResponseNormalization(),
            new MaxPool2D(3, stride: 2),
            new Conv2D(256, kernel: 5, padding: 2),
            new ReLU(),
            new LocalResponseNormalization(),
            new MaxPool2D(3, stride: 2),
            new Conv2D(384, kernel: 3, padding: 1),
            new ReLU(),
            new Conv2D(384, kernel: 3, padding: 1),
            new ReLU(),
            new Conv2D(256, kernel: 3, padding: 1),
            new ReLU(),
            new MaxPool2D(3, stride: 2),
            new Flatten(),
            new Dense(4096),
            new ReLU(),
            new Dropout(0.5f),
            new Dense(4096),
            new ReLU(),
            new Dropout(0.5f),
            new Dense(1000)
        );

    /// <summary>Simonyan and Zisserman 2015, "Very Deep Convolutional Networks for Large-Scale Image Recognition", table 1, column D.</summary>
    private static Network Vgg16() =>
        Network.Sequential([
            .. Block(2, 64),
            .. Block(2, 128),
            .. Block(3, 256),
            .. Block(3, 512),
            .. Block(3, 512),
            new Flatten(),
            new Dense(4096),
            new ReLU(),
            new Dropout(0.5f),
            new Dense(4096),
            new ReLU(),
            new Dropout(0.5f),
            new Dense(1000),
        ]);

    private static IEnumerable<Layer> Block(int convolutions, int channels) =>
        [
            .. Enumerable.Range(0, convolutions).SelectMany(_ => new Layer[] { new Conv2D(channels, kernel: 3, padding: 1), new ReLU() }),
            new MaxPool2D(2),
        ];
}
