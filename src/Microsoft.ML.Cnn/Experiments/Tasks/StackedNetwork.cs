using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn.Experiments.Tasks;

/// <summary>
/// The architectures that are searched unless others are given: LeNet-5, and stacks of blocks as in VGG. Each block convolves a few times, each time with
/// normalization if wanted and a ReLU, halves the image and may drop out; widths double from block to block; one dense layer follows.
/// </summary>
internal static class StackedNetwork
{
    private const string Kind = "Network";
    private const string Stack = "Stack";
    private const string LeNet = "LeNet5";

    /// <summary>What varies in them.</summary>
    public static KeyValuePair<string, CnnSearchOption> Option { get; } =
        new(
            Kind,
            CnnSearchOption.Alternatives(
                (
                    Stack,
                    new CnnSearchSpace
                    {
                        { "Blocks", CnnSearchOption.Integer(1, 4, defaultValue: 2) },
                        { "Convolutions", CnnSearchOption.Integer(1, 3, defaultValue: 2) },
                        { "Width", CnnSearchOption.Integer(16, 64, isLogarithmic: true, defaultValue: 32) },
                        { "Kernel", CnnSearchOption.Choice(3, 5) },
                        { "Pooling", CnnSearchOption.Choice("Max", "Average") },
                        { "Activation", CnnSearchOption.Choice("ReLU", "Tanh") },
                        { "BatchNormalization", CnnSearchOption.Choice(true, false) },
                        { "Dropout", CnnSearchOption.Uniform(0, 0.5, 0.25) },
                        { "Units", CnnSearchOption.Integer(64, 512, isLogarithmic: true, defaultValue: 128) },
                    }
                ),
                (LeNet, [])
            )
        );

    public static Network Of(CnnParameters parameters)
    {
        if (parameters.Get<string>(Kind) == LeNet)
        {
            return Architectures.LeNet5();
        }

        List<Layer> layers = [];
        for (int block = 0; block < parameters.Get<int>("Network.Blocks"); block++)
        {
            for (int convolution = 0; convolution < parameters.Get<int>("Network.Convolutions"); convolution++)
            {
                layers.Add(
                    new Conv2D(parameters.Get<int>("Network.Width") << block, parameters.Get<int>("Network.Kernel"), padding: Padding.Same)
                );
                AddActivation(layers, parameters);
            }

            layers.Add(Pool(parameters));
            AddDropout(layers, parameters);
        }

        layers.Add(new Flatten());
        layers.Add(new Dense(parameters.Get<int>("Network.Units")));
        AddActivation(layers, parameters);
        AddDropout(layers, parameters);
        return Network.Sequential([.. layers]);
    }

    // Images of odd sides lose their last row and column.
    private static Layer Pool(CnnParameters parameters) =>
        parameters.Get<string>("Network.Pooling") == "Max"
            ? new MaxPool2D(2, rounding: Rounding.Floor)
            : new AveragePool2D(2, rounding: Rounding.Floor);

    private static void AddActivation(List<Layer> layers, CnnParameters parameters)
    {
        if (parameters.Get<bool>("Network.BatchNormalization"))
        {
            layers.Add(new BatchNormalization());
        }

        layers.Add(parameters.Get<string>("Network.Activation") == "ReLU" ? new ReLU() : new Tanh());
    }

    private static void AddDropout(List<Layer> layers, CnnParameters parameters)
    {
        if (parameters.Get<float>("Network.Dropout") is > 0 and var rate)
        {
            layers.Add(new Dropout(rate));
        }
    }
}
