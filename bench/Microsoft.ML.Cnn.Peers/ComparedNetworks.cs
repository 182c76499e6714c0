using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Microsoft.ML.Cnn.Peers;

/// <summary>The networks that are compared, spelled out for each side.</summary>
internal static class ComparedNetworks
{
    public static (Network Body, Shape Input, int Classes) Ours(string name) =>
        name switch
        {
            "lenet5" => (Architectures.LeNet5(), new Shape(28, 28, 1), 10),
            _ => throw new ArgumentException($"There is no network '{name}'. There is: lenet5."),
        };

    public static (Module<Tensor, Tensor> Network, long[] Shape, int Classes) Torch(string name) =>
        name switch
        {
            "lenet5" => (LeNet5(), [1, 28, 28], 10),
            _ => throw new ArgumentException($"There is no network '{name}'. There is: lenet5."),
        };

    private static Module<Tensor, Tensor> LeNet5() =>
        Sequential(
            ("C1", Conv2d(1, 6, 5, padding: 2)),
            ("relu1", ReLU(inplace: true)),
            ("S2", MaxPool2d(2)),
            ("C3", Conv2d(6, 16, 5)),
            ("relu2", ReLU(inplace: true)),
            ("S4", MaxPool2d(2)),
            ("flatten", Flatten()),
            ("C5", Linear(400, 120)),
            ("relu3", ReLU(inplace: true)),
            ("F6", Linear(120, 84)),
            ("relu4", ReLU(inplace: true)),
            ("output", Linear(84, 10))
        );
}
