using Microsoft.ML.Cnn.Experiments.Tasks;

namespace Microsoft.ML.Cnn.Tests.Experiments.Simulation;

/// <summary>
/// What the recorded curves vary: the default space at half its scale. Images are 14 x 14, so widths and units are half as great, and a block has at most two convolutions; the fourth
/// block, for which nothing would be left to halve, is not there, and neither is LeNet-5, which takes 28 x 28. Learning rate, batch size and weight decay are as by
/// default; optimizer, schedule, augmentation and label smoothing do not vary.
/// </summary>
internal static class RecordedSpace
{
    public const int Epochs = 27;

    private const string Network = "Network";

    private static readonly string[] settings = ["LearningRate", "BatchSize", "WeightDecay"];

    public static CnnSearchSpace Create()
    {
        CnnSearchSpace space = new() { { Network, Stacks() } };
        foreach ((string name, CnnSearchOption option) in DefaultSpace.Create(typeof(CnnMulticlassTrainer.Options), image: null))
        {
            if (settings.Contains(name))
            {
                space.Add(name, option);
            }
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
