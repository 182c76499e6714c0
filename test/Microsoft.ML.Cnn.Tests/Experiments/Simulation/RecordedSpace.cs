using Microsoft.ML.Cnn.Experiments.Multiclass;

namespace Microsoft.ML.Cnn.Tests.Experiments.Simulation;

/// <summary>
/// What the recorded curves vary: the default space at half its scale. Images are 14 x 14, so widths and units are half as great, and a block has at most two convolutions; the fourth
/// block, for which nothing would be left to halve, is not there, and neither is LeNet-5, which takes 28 x 28. All else is as by default.
/// </summary>
internal static class RecordedSpace
{
    public const int Epochs = 27;

    private const string Network = "Network";

    public static CnnSearchSpace Create()
    {
        CnnSearchSpace space = [];
        foreach ((string name, CnnSearchOption option) in DefaultSpace.Create())
        {
            space.Add(name, name == Network ? Stacks() : option);
        }

        return space;
    }

    private static CnnSearchOption Stacks() =>
        CnnSearchOption.Alternatives(
            (
                "Stack",
                new CnnSearchSpace
                {
                    { "Blocks", CnnSearchOption.Integer(1, 3, defaultValue: 2) },
                    { "Convolutions", CnnSearchOption.Integer(1, 2, defaultValue: 2) },
                    { "Width", CnnSearchOption.Integer(8, 32, isLogarithmic: true, defaultValue: 16) },
                    { "Kernel", CnnSearchOption.Choice(3, 5) },
                    { "Pooling", CnnSearchOption.Choice("Max", "Average") },
                    { "Activation", CnnSearchOption.Choice("ReLU", "Tanh") },
                    { "BatchNormalization", CnnSearchOption.Choice(true, false) },
                    { "Dropout", CnnSearchOption.Uniform(0, 0.5, 0.25) },
                    { "Units", CnnSearchOption.Integer(32, 256, isLogarithmic: true, defaultValue: 64) },
                }
            )
        );
}
