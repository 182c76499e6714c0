using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn.Tests.Conformance;

/// <summary>Every layer in every form that takes a way of its own through the engine: one line each.</summary>
internal static class ConformanceCases
{
    private static readonly Shape Small = new(7, 9, 3);
    private static readonly Shape Flat300 = Shape.Flat(300);

    private static readonly ConnectionTable SparseTable = new([
        [0],
        [1, 2],
        [0, 2],
    ]);

    public static ConformanceCase[] All { get; } =
    [
        // Convolution: kernels.
        new("conv 1x1", Small, new Conv2D(5, 1)),
        new("conv 3x3", Small, new Conv2D(5, 3)),
        new("conv 2x3", Small, new Conv2D(4, (2, 3))),
        new("conv 4x4", Small, new Conv2D(4, 4)),
        new("conv 3x3 along rows of points", new(6, 13, 8), new Conv2D(9, 3, padding: new(2, 1, 0, 3))),
        new("conv 3x4 along rows of points", new(5, 11, 8), new Conv2D(10, (3, 4))),
        new("conv 5x5 along rows of points", new(7, 9, 6), new Conv2D(8, 5, padding: 4)),
        new("conv 1x5 along one row of points", new(1, 12, 24), new Conv2D(8, (1, 5), bias: false)),
        new("conv 5x5 on one channel", new(12, 12, 1), new Conv2D(6, 5, padding: 2)),
        new("conv 11x11 stride 4", new(23, 27, 3), new Conv2D(3, 11, stride: 4)),
        new("conv over a row", new(1, 23, 2), new Conv2D(3, (1, 5), stride: (1, 2))),
        new("conv over the whole image", new(5, 5, 4), new Conv2D(9, 5)),
        new("conv one pixel wide", new(6, 1, 3), new Conv2D(2, (3, 1))),
        // Channels and their remainders; above 24 they lie in the lanes.
        new("conv 1 to 1", new(5, 6, 1), new Conv2D(1, 3)),
        new("conv 5 to 17", new(5, 6, 5), new Conv2D(17, 3, padding: 1)),
        new("conv 17 to 33", new(5, 6, 17), new Conv2D(33, 3)),
        new("conv 33 to 5", new(5, 6, 33), new Conv2D(5, 3)),
        new("conv 33 to 70 no bias", new(5, 4, 33), new Conv2D(70, 3, padding: 1, bias: false)),
        new("conv 70 to 1", new(4, 5, 70), new Conv2D(1, (3, 2))),
        new("conv of more than 64 K weights", new(4, 5, 90), new Conv2D(90, 3, padding: 1), new ReLU()),
        new("conv 1x1 of more than 64 K weights", new(3, 2, 300), new Conv2D(230, 1)),
        // Strides, dilation, groups.
        new("conv stride 2", new(9, 11, 3), new Conv2D(4, 3, stride: 2)),
        new("conv stride 3 padded", new(11, 8, 2), new Conv2D(4, 4, stride: 3, padding: new(1, 1, 1, 1))),
        new("conv stride 2x3", new(9, 12, 3), new Conv2D(4, 3, stride: (2, 3))),
        new("conv stride 2x1", new(9, 7, 3), new Conv2D(4, 3, stride: (2, 1))),
        new("conv stride beyond the kernel", new(9, 10, 3), new Conv2D(4, 1, stride: (4, 3))),
        new("conv stride 2 of 40 channels", new(9, 7, 40), new Conv2D(20, 3, stride: 2)),
        new("conv dilation 2", new(9, 8, 3), new Conv2D(4, 3, dilation: 2, padding: 2)),
        new("conv dilation 3x1 stride 2", new(11, 9, 3), new Conv2D(4, 3, stride: 2, dilation: (3, 1))),
        new("conv dilation 2 stride 2 of 30 channels", new(9, 9, 30), new Conv2D(18, 3, stride: 2, dilation: 2, padding: 2)),
        new("conv dilation 2 stride 3", new(10, 10, 2), new Conv2D(3, 2, stride: 3, dilation: 2, rounding: Rounding.Floor)),
        new("conv in 2 groups", Small with { Channels = 4 }, new Conv2D(6, 3, groups: 2)),
        new("conv in 3 groups of 34", new(5, 6, 51), new Conv2D(102, 3, groups: 3, padding: 1)),
        new("conv depthwise", Small with { Channels = 5 }, new Conv2D(5, 3, groups: 5, padding: 1)),
        new("conv depthwise of 40", new(5, 6, 40), new Conv2D(40, 3, groups: 40, padding: 1)),
        new(
            "conv depthwise of 37, stride 2, dilation 2",
            new(9, 11, 37),
            new Conv2D(37, 3, stride: 2, dilation: 2, groups: 37, padding: 2)
        ),
        new(
            "conv depthwise of 30, stride beyond the kernel",
            new(7, 9, 30),
            new Conv2D(30, (2, 1), stride: (5, 2), groups: 30),
            new ReLU()
        ),
        new("conv depthwise 5x6 of 33 without bias", new(7, 8, 33), new Conv2D(33, (5, 6), groups: 33, padding: Padding.Same, bias: false)),
        new(
            "depthwise separable",
            new(6, 7, 30),
            new Conv2D(30, 3, groups: 30, padding: 1, bias: false),
            new BatchNormalization(),
            new ReLU(),
            new Conv2D(20, 1),
            new MaxPool2D((2, 1))
        ),
        new("conv depthwise with two filters each", Small, new Conv2D(6, 3, groups: 3, stride: 2, padding: 1)),
        // Padding and rounding.
        new("conv same", Small, new Conv2D(4, 3, padding: Padding.Same)),
        new("conv same even stride 2", new(7, 8, 3), new Conv2D(4, 4, stride: 2, padding: Padding.Same)),
        new("conv same of 30 channels", new(6, 7, 30), new Conv2D(18, (2, 4), padding: Padding.Same)),
        new("conv asymmetric", Small, new Conv2D(4, 4, padding: new(2, 0, 1, 3))),
        new("conv padded beyond the kernel", new(4, 5, 2), new Conv2D(3, 2, padding: new(3, 2))),
        new("conv asymmetric of 30 channels", new(5, 4, 30), new Conv2D(8, (3, 2), padding: new(0, 2, 3, 1))),
        new("conv floor", new(8, 9, 3), new Conv2D(4, 3, stride: (4, 5), rounding: Rounding.Floor)),
        new("conv floor padded", new(8, 8, 30), new Conv2D(4, 3, stride: 2, padding: 1, rounding: Rounding.Floor)),
        new("conv ceiling", new(8, 9, 3), new Conv2D(4, 3, stride: 2, rounding: Rounding.Ceiling)),
        new("conv ceiling of 30 channels", new(8, 6, 30), new Conv2D(9, 3, stride: (2, 4), rounding: Rounding.Ceiling)),
        new("conv constant border", Small, new Conv2D(4, 3, padding: 1, border: Border.Constant, borderValue: 0.7f)),
        new("conv replicated border", Small, new Conv2D(4, 5, padding: new(2, 1, 3, 2), border: Border.Replicate)),
        new("conv replicated border of 30 channels", new(4, 5, 30), new Conv2D(4, 3, padding: Padding.Same, border: Border.Replicate)),
        new("conv reflected border", Small, new Conv2D(4, 3, padding: new(1, 2), border: Border.Reflect)),
        new("conv reflected border stride 2", Small, new Conv2D(4, 3, stride: 2, padding: 1, border: Border.Reflect)),
        new("conv then relu", Small, new Conv2D(5, 3, padding: 1), new ReLU()),
        new("conv of 30 then relu", new(5, 6, 30), new Conv2D(19, 3, padding: 1, bias: false), new ReLU()),
        new("conv to conv", Small, new Conv2D(4, 3, padding: 1), new Conv2D(5, 3, stride: 2, padding: 1)),
        new("conv to one pixel, then dense", new(3, 3, 30), new Conv2D(6, 3), new Dense(4)),
        new("dense then padded conv", Shape.Flat(30), new Dense(6), new Conv2D(4, 3, padding: 1)),
        new("mapped conv", Small, new MappedConv2D(SparseTable, 3)),
        new("mapped conv of lenet-5", new(6, 7, 6), new MappedConv2D(ConnectionTable.LeNet5, 5)),
        new("mapped conv of 30", new(4, 5, 30), new MappedConv2D(SparseTable, (2, 3)), new ReLU()),
        new("mapped conv of more than 64 K places", new(6, 6, 90), new MappedConv2D(LargeTable(90, 40), 5)),
        // Convolutions that take fewer multiplications than their definition.
        new("conv 3x3 of 30 to 20, unpadded", new(8, 11, 30), new Conv2D(20, 3), new ReLU()),
        new("conv 3x3 of 40 in 2 groups", new(6, 9, 40), new Conv2D(34, 3, groups: 2, padding: new(1, 0, 2, 1))),
        new("conv 5x5 of 30 to 18", new(7, 6, 30), new Conv2D(18, 5, padding: 2)),
        new("conv 5x5 of more than 64 K weights", new(5, 6, 56), new Conv2D(56, 5, padding: 2), new ReLU()),
        new("conv 3x3 of more than 64 K weights in 2 groups", new(5, 4, 128), new Conv2D(130, 3, groups: 2)),
        new(
            "convs of 30, batch normalization and relu",
            new(6, 7, 30),
            new Conv2D(20, 3, padding: 1, bias: false),
            new BatchNormalization(),
            new ReLU(),
            new Conv2D(18, 3, padding: 1),
            new BatchNormalization()
        ),
        new("conv of more than 64 K weights, batch normalization", new(4, 3, 90), new Conv2D(90, 3, padding: 1), new BatchNormalization()),
        // Pooling.
        new("max pool 2", new(6, 8, 3), new MaxPool2D(2)),
        new("max pool 2 of 33", new(4, 6, 33), new MaxPool2D(2)),
        new("max pool 3 stride 2", new(7, 9, 5), new MaxPool2D(3, stride: 2)),
        new(
            "max pool 3x2 padded",
            new(6, 7, 30),
            new MaxPool2D((3, 2), stride: (2, 1), padding: new(1, 0, 1, 1), rounding: Rounding.Floor)
        ),
        new("max pool ceiling", new(6, 8, 3), new MaxPool2D(3, stride: 2, rounding: Rounding.Ceiling)),
        new("max pool floor", new(7, 5, 17), new MaxPool2D(2, rounding: Rounding.Floor)),
        new("max pool same", new(5, 6, 3), new MaxPool2D(3, stride: 1, padding: Padding.Same)),
        new("average pool 2", new(6, 8, 3), new AveragePool2D(2)),
        new("average pool 3 stride 2 padded", new(7, 9, 5), new AveragePool2D(3, stride: 2, padding: 1)),
        new("average pool without padding counted", new(7, 9, 33), new AveragePool2D(3, stride: 2, padding: 1, countPadding: false)),
        new("average pool ceiling", new(6, 8, 3), new AveragePool2D(3, stride: 2, padding: 1, rounding: Rounding.Ceiling)),
        new("global average pool", Small, new GlobalAveragePool2D()),
        new("global average pool of 33", Small with { Channels = 33 }, new GlobalAveragePool2D()),
        new("adaptive average pool", Small, new AdaptiveAveragePool2D((3, 4))),
        new("adaptive average pool that grows", new(2, 3, 30), new AdaptiveAveragePool2D((3, 5))),
        new("subsampling", new(6, 9, 4), new Subsampling2D((2, 3))),
        new("subsampling of 33", new(4, 6, 33), new Subsampling2D(2)),
        // Dense.
        new("dense", Shape.Flat(20), new Dense(9)),
        new("dense without bias", Flat300, new Dense(33, bias: false)),
        new("dense then relu", Flat300, new Dense(70), new ReLU()),
        new("dense of more than 128 K weights", Shape.Flat(620), new Dense(230), new ReLU()),
        new("dense of more than 128 K weights, twice", Shape.Flat(40), new Dense(3300, bias: false), new Dense(41)),
        new("flatten then dense", Small, new Flatten(), new Dense(8)),
        new("flatten of 30 channels", new(3, 4, 30), new Flatten()),
        // Elements.
        new("relu", Small, new ReLU()),
        new("tanh", Small, new Tanh()),
        new("tanh between convs of 30", new(4, 5, 30), new Conv2D(7, 3, padding: 1), new Tanh(), new Conv2D(3, 3, padding: 1)),
        new("scaled tanh", Small, new ScaledTanh()),
        new("sigmoid", Small, new Sigmoid()),
        new("leaky relu", Small, new LeakyReLU(0.2f)),
        new("leaky relu of 30 after a conv", new(4, 5, 30), new Conv2D(19, 3, padding: 1), new LeakyReLU()),
        new("elu", Small, new ELU(0.7f)),
        new("elu of 30", new(3, 4, 30), new ELU()),
        new("gelu", Small, new GELU()),
        new("gelu between convs of 30", new(4, 5, 30), new Conv2D(7, 3, padding: 1), new GELU(), new Conv2D(3, 3, padding: 1)),
        new("silu", Small, new SiLU()),
        new("silu of 30", new(3, 4, 30), new SiLU()),
        new("identity", Small, new Identity()),
        new("dropout", Small, new Dropout(0.3f)),
        new("dropout of nothing", Small, new Dropout(0)),
        // Normalization.
        new("response normalization", Small with { Channels = 7 }, new LocalResponseNormalization(alpha: 0.9f)),
        new("response normalization of 33", new(3, 4, 33), new LocalResponseNormalization(3, alpha: 1.1f, beta: 0.6f, k: 1)),
        new("response normalization of even size", Small with { Channels = 6 }, new LocalResponseNormalization(4, alpha: 0.9f)),
        new("response normalization wider than the channels", Small, new LocalResponseNormalization(9, alpha: 1)),
        new("batch normalization", Small, new BatchNormalization()),
        new("batch normalization of 33", new(3, 4, 33), new BatchNormalization(momentum: 0.3f, epsilon: 1e-3f)),
        new("batch normalization of flat rows", Shape.Flat(19), new Dense(7), new BatchNormalization(epsilon: 0.1f), new ReLU()),
        new(
            "conv, batch normalization, relu, pool",
            new(8, 6, 3),
            new Conv2D(5, 3, padding: 1),
            new BatchNormalization(),
            new ReLU(),
            new MaxPool2D(2)
        ),
        // Composition.
        new("blocks in blocks", Small, new Block(new Conv2D(4, 3), new Block(new Tanh(), new Conv2D(5, 3)), new ReLU())),
        new("residual of one channel", new(5, 6, 1), new Residual(new Conv2D(1, 3, padding: 1)), new ReLU()),
        new("residual of 30", new(5, 6, 30), new Residual(ConvNormReLUConv(30)), new ReLU()),
        new(
            "residual with a shortcut",
            new(7, 7, 20),
            new Residual(new Conv2D(33, 3, stride: 2, padding: new(1, 0)), new Conv2D(33, (1, 3), stride: 2)) { Name = "first" },
            new ReLU(),
            new Residual(new Block(new BatchNormalization(), new ReLU(), new Conv2D(33, 3, padding: 1))),
            new MaxPool2D(2, stride: 1)
        ),
        new("residual of more than 64 K weights", new(4, 5, 90), new ReLU(), new Residual(new Conv2D(90, 3, padding: 1)), new ReLU()),
        new("residual of flat rows", Shape.Flat(40), new Residual(new Block(new Dense(70), new ReLU(), new Dense(40)))),
        new("residual of dense layers of more than 128 K weights", Shape.Flat(370), new Residual(new Dense(370)), new ReLU()),
        new(
            "residuals in residuals",
            new(4, 5, 26),
            new Residual(new Block(new Residual(new Conv2D(26, 1)), new Tanh()), new Residual(new Sigmoid()))
        ),
        new("residual whose body keeps its input", Small, new Residual(new Identity()), new Tanh()),
        new("residual of dropped values", new(3, 4, 30), new Residual(new Dropout(0.4f), new Dropout(0.2f))),
        new(
            "residual before its relu is read twice",
            new(4, 5, 30),
            new Conv2D(30, 3, padding: 1),
            new Residual(new Block(new ReLU(), new Conv2D(30, 1)))
        ),
        new(
            "concatenation",
            Small,
            new Concatenation(
                new Conv2D(4, 3, padding: 1),
                new Block(new Conv2D(2, 1), new ReLU()),
                new MaxPool2D(3, stride: 1, padding: 1)
            )
        ),
        new(
            "concatenation with its input",
            new(5, 4, 25),
            new Concatenation(new Identity(), new Conv2D(13, 3, padding: 1)),
            new Concatenation(new Identity(), new Block(new BatchNormalization(), new ReLU(), new Conv2D(18, 3, padding: 1))),
            new ReLU()
        ),
        new(
            "concatenation of flat rows",
            Small,
            new Concatenation(new Flatten(), new GlobalAveragePool2D(), new Block(new Flatten(), new Dense(5)))
        ),
        new("concatenation of one", Small, new Concatenation(new Tanh())),
        new(
            "concatenation of wide convs on one channel",
            new(5, 19, 1),
            new Concatenation(new Conv2D(3, 3, padding: 1), new Block(new Conv2D(1, 5, padding: 2), new ReLU()), new Identity())
        ),
        new(
            "inception in residuals",
            new(6, 5, 32),
            new Residual(
                new Concatenation(
                    new Conv2D(16, 1),
                    new Block(new Conv2D(16, 1), new ReLU(), new Conv2D(16, 3, padding: 1)),
                    new Block(new AveragePool2D(3, stride: 1, padding: 1), new Conv2D(20, 1))
                ),
                new Conv2D(52, 1)
            ),
            new ReLU(),
            new GlobalAveragePool2D()
        ),
        new("lenet-5 in small", new(14, 14, 1), [.. LeNet5InSmall()]),
        new("wide then narrow", new(6, 6, 2), new Conv2D(40, 3, padding: 1), new ReLU(), new MaxPool2D(2), new Conv2D(6, 3)),
    ];

    public static ConformanceCase Named(string name) => All.Single(@case => @case.Name == name);

    private static ConnectionTable LargeTable(int inputs, int maps) =>
        new([.. Enumerable.Range(0, maps).Select(map => (System.Collections.Immutable.ImmutableArray<int>)[map, map + 7, inputs - 1])]);

    private static Block ConvNormReLUConv(int channels) =>
        new(
            new Conv2D(channels, 3, padding: 1, bias: false),
            new BatchNormalization(),
            new ReLU(),
            new Conv2D(channels, 3, padding: 1, bias: false),
            new BatchNormalization()
        );

    private static IEnumerable<Layer> LeNet5InSmall() =>
        [
            new Conv2D(6, 3, padding: 1),
            new ScaledTanh(),
            new Subsampling2D(2),
            new ScaledTanh(),
            new MappedConv2D(ConnectionTable.LeNet5, 4),
            new ScaledTanh(),
            new Subsampling2D(2),
            new ScaledTanh(),
            new Flatten(),
            new Dense(12),
            new ScaledTanh(),
        ];
}
