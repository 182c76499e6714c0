using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Peers.Engines;
using Microsoft.ML.Cnn.Peers.Measuring;
using Microsoft.ML.Cnn.Peers.Proofs;

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
internal sealed record ComparedNetwork(string Name, Network Layers, Shape Input, int TrainBatch, int InferBatch) : ComparedWork(Name, Name)
{
    public static ComparedNetwork VggSmall { get; } =
        new("vgg-small", SmallVggLayers(), new Shape(32, 32, 3), TrainBatch: 64, InferBatch: 32);

    public static ComparedNetwork Vgg16 { get; } = new("vgg16", Vgg16Layers(), new Shape(224, 224, 3), TrainBatch: 4, InferBatch: 32);

    public static IReadOnlyList<ComparedNetwork> All { get; } =
    [
        new("lenet5", LeNet5Layers(), new Shape(28, 28, 1), TrainBatch: 64, InferBatch: 64),
        VggSmall,
        new("alexnet", AlexNetLayers(), new Shape(227, 227, 3), TrainBatch: 16, InferBatch: 32),
        Vgg16,
    ];

    public override IEnumerable<(string Mode, int Batch)> Cases(int threads) =>
        [(Mode.Train, TrainBatch), (Mode.Infer, InferBatch), (Mode.Infer, 1)];

    /// <summary>ONNX Runtime only predicts; with one thread it has nothing to spin for.</summary>
    public override IReadOnlyList<Setting> Settings(string peer, string mode, int threads) =>
        (peer, mode) switch
        {
            (Setting.Libtorch, _) => [Setting.Nchw, Setting.ChannelsLast],
            (Setting.OnnxRuntime, Mode.Infer) when threads == 1 => [Setting.Waiting],
            (Setting.OnnxRuntime, Mode.Infer) => [Setting.Waiting, Setting.Spinning],
            _ => [],
        };

    public override IEngine Start(Workload workload)
    {
        ComparedModel model = ComparedModel.Create(Layers, Input, workload.Conditions.Convolutions);
        if (workload.Setting == Setting.Ours)
        {
            return new CnnEngine(model, workload);
        }

        // The peers copy its weights.
        using (model)
        {
            return workload.Setting.Library == Setting.Libtorch ? new TorchEngine(model, workload) : new OnnxEngine(model, workload);
        }
    }

    public override IEnumerable<Proof> Prove(ConvolutionAlgorithm convolutions) => NetworkProofs.Of(this).Run(convolutions);

    private static Network LeNet5Layers() => Network.Sequential([.. Architectures.LeNet5().Layers, new Dense(10)]);

    /// <summary>Three blocks of two convolutions, 32, 64 and 128 channels.</summary>
    private static Network SmallVggLayers() =>
        Network.Sequential([.. Block(2, 32), .. Block(2, 64), .. Block(2, 128), new Flatten(), new Dense(256), new ReLU(), new Dense(10)]);

    /// <summary>
    /// Krizhevsky, Sutskever and Hinton 2012, "ImageNet Classification with Deep Convolutional Neural Networks", section 3, without the groups that split
    /// it over two devices.
    /// </summary>
    private static Network AlexNetLayers() =>
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
    private static Network Vgg16Layers() =>
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
