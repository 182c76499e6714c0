namespace Microsoft.ML.Cnn.Benchmarks.Networks;

/// <summary>A network whose steps are measured, without its output layer.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Layers">Its layers.</param>
/// <param name="Input">An image.</param>
/// <param name="Classes">Of the output layer.</param>
/// <param name="TrainBatch">Images of a training step.</param>
/// <param name="PredictBatch">Images of a large prediction.</param>
internal sealed record NamedNetwork(string Name, Network Layers, Shape Input, int Classes, int TrainBatch, int PredictBatch)
{
    public static IReadOnlyList<NamedNetwork> All { get; } =
    [
        new("LeNet-5", Architectures.LeNet5(), new Shape(28, 28, 1), 10, TrainBatch: 64, PredictBatch: 64),
        new("small VGG", SmallVgg.Create(), new Shape(32, 32, 3), 10, TrainBatch: 64, PredictBatch: 32),
        new("small VGG, normalized", Architectures.SmallVgg(), new Shape(32, 32, 3), 10, TrainBatch: 64, PredictBatch: 32),
        new("AlexNet", Architectures.AlexNet(AlexNetVariant.Ungrouped), new Shape(227, 227, 3), 1000, TrainBatch: 16, PredictBatch: 32),
        new("VGG-16", Architectures.Vgg16(), new Shape(224, 224, 3), 1000, TrainBatch: 4, PredictBatch: 32),
    ];

    public static NamedNetwork Of(string name) => All.First(network => network.Name == name);

    public BarePlans Plans(int batchSize, int threads) => new(Layers, Input, batchSize, threads, Classes);
}
