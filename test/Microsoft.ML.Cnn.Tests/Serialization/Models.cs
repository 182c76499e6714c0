using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Serialization;

namespace Microsoft.ML.Cnn.Tests.Serialization;

/// <summary>Models to write and read.</summary>
internal static class Models
{
    /// <summary>A network with every kind of layer, each with options that are not the default.</summary>
    public static Network EveryLayer { get; } =
        Network.Sequential(
            new Conv2D(
                filters: 6,
                kernel: (3, 2),
                stride: (2, 1),
                padding: new Padding(1, 0, 2, 1),
                dilation: (1, 2),
                groups: 2,
                bias: false,
                border: Border.Constant,
                borderValue: -0.1f,
                rounding: Rounding.Floor,
                weightInitializer: Initializer.Normal(0.01f),
                biasInitializer: Initializer.Constant(0.25f)
            )
            {
                Name = "first",
            },
            new ReLU(),
            new Block(
                new Conv2D(6, 3, padding: Padding.Same, border: Border.Reflect, weightInitializer: Initializer.LeCun),
                new BatchNormalization(momentum: 0.2f, epsilon: 1e-3f),
                new Block(new Tanh(), new Sigmoid()) { Name = "inner" }
            ),
            new LocalResponseNormalization(size: 3, alpha: 0.5f, beta: 0.6f, k: 1.5f),
            new MaxPool2D(2, stride: 1, padding: 1, rounding: Rounding.Ceiling),
            new AveragePool2D(3, stride: 1, padding: 1, countPadding: false),
            new Subsampling2D(1),
            new ScaledTanh(),
            new MappedConv2D(ConnectionTable.LeNet5, 3, Initializer.Glorot, Initializer.One),
            new Residual(new Block(new LeakyReLU(0.2f), new GELU()), new SiLU()) { Name = "ways" },
            new Concatenation(new Identity(), new ELU(0.7f)),
            new AdaptiveAveragePool2D((3, 2)),
            new GlobalAveragePool2D(),
            new Flatten(),
            new Dropout(0.3f),
            new Dense(4, bias: false, weightInitializer: Initializer.Zero),
            new Dense(3)
        );

    public static CnnModel Every()
    {
        CnnModel model = CnnModel.Create(EveryLayer, new Shape(12, 11, 2), seed: 5);
        ModelDescription description = model.Description with
        {
            PixelOrder = PixelOrder.Planar,
            Normalization = new PixelNormalization([1.5f, -2f], [0.1f, 1 / 3f]),
            Output = ModelOutput.Softmax,
            ClassNames = ["cat", "Käse \"quoted\"", ""],
        };
        ParameterTable table = new(
            model.Segments.Select((segment, i) => segment with { Frozen = i % 2 == 0, RateMultiplier = 1f / (i + 1) })
        );
        return new CnnModel(description, new ParameterStore(table, model.Store.Parameters, model.Store.State));
    }

    public static CnnModel Small() => CnnModel.Create(Network.Sequential(new Dense(3)), Shape.Flat(2), seed: 1);

    public static byte[] Payload(CnnModel model)
    {
        using MemoryStream stream = new();
        ModelPayload.Write(stream, model);
        return stream.ToArray();
    }

    public static CnnModel Read(byte[] payload)
    {
        using MemoryStream stream = new(payload);
        return ModelPayload.Read(stream);
    }
}
