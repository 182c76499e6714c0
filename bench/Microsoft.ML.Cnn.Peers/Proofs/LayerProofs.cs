using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Peers.Networks;
using Microsoft.ML.Cnn.Peers.Torch;
using TorchSharp;
using static TorchSharp.torch;
using Padding = Microsoft.ML.Cnn.Layers.Padding;

namespace Microsoft.ML.Cnn.Peers.Proofs;

/// <summary>
/// A layer alone, held against libtorch's: same input and, by the same dense layer and loss behind it, same upstream gradient. The plan computes no gradient
/// of its input. So a convolution stands before the layer whose filters are the images: its own input is a single pixel, of which image n
/// is one in channel n and zero elsewhere; with padding around it the filter of channel n leaves it, turned by 180 degrees. The gradient of the
/// filters is that of the images.
/// </summary>
internal static class LayerProofs
{
    private const int Images = 16;
    private const int Classes = 10;

    private static readonly (Shape Input, Layer Layer)[] cases =
    [
        // Few channels: with images in the lanes.
        (new(28, 28, 1), new Conv2D(6, kernel: 5, padding: 2)),
        (new(14, 14, 6), new Conv2D(16, kernel: 5)),
        (new(15, 13, 3), new Conv2D(12, kernel: 3, padding: 1)),
        (new(28, 28, 6), new MaxPool2D(2)),
        // Many.
        (new(16, 16, 3), new Conv2D(64, kernel: 3, padding: 1)),
        (new(16, 16, 32), new Conv2D(32, kernel: 3, padding: 1)),
        (new(14, 13, 48), new Conv2D(40, kernel: 3, padding: 1)),
        (new(12, 12, 64), new Conv2D(128, kernel: 3)),
        (new(13, 13, 96), new Conv2D(64, kernel: 5, padding: 2)),
        (new(35, 35, 3), new Conv2D(96, kernel: 11, stride: 4)),
        (new(15, 15, 32), new Conv2D(48, kernel: 3, stride: 2, padding: 1)),
        (new(12, 12, 32), new Conv2D(64, kernel: 1)),
        (new(12, 12, 32), new Conv2D(64, kernel: 3, padding: 1, groups: 4)),
        (new(12, 12, 32), new Conv2D(32, kernel: 3, padding: 2, dilation: 2)),
        (new(13, 12, 40), new Conv2D(40, kernel: 3, padding: 1, groups: 40)),
        (new(12, 12, 40), new Conv2D(40, kernel: 4, stride: 2, padding: 1, groups: 40)),
        (new(6, 6, 32), new Dense(120)),
        (new(13, 13, 48), new MaxPool2D(3, stride: 2)),
        (new(12, 12, 48), new MaxPool2D(2)),
        (new(12, 12, 48), new AveragePool2D(2)),
        (new(12, 12, 48), new AdaptiveAveragePool2D(4)),
        (new(12, 12, 48), new GlobalAveragePool2D()),
        (new(9, 9, 96), new LocalResponseNormalization()),
        (new(9, 9, 48), new BatchNormalization()),
        (new(9, 9, 48), new ReLU()),
        (new(9, 9, 48), new Tanh()),
        (new(9, 9, 48), new Sigmoid()),
        (new(9, 9, 48), new LeakyReLU()),
        (new(9, 9, 48), new ELU()),
        (new(9, 9, 48), new GELU()),
        (new(9, 9, 48), new SiLU()),
        // Joined, or made into one.
        (new(9, 9, 48), new Block(new BatchNormalization(), new ReLU())),
        (new(12, 12, 32), new Block(new Conv2D(48, kernel: 3, padding: 1, bias: false), new BatchNormalization(), new ReLU())),
        (new(12, 12, 32), new Residual(new Conv2D(32, kernel: 3, padding: 1))),
        (
            new(12, 12, 32),
            new Block(
                new Residual(
                    new Block(new Conv2D(48, kernel: 4, stride: 2, padding: 1), new SiLU(), new Conv2D(48, kernel: 3, padding: 1)),
                    shortcut: new Conv2D(48, kernel: 2, stride: 2)
                ),
                new ReLU()
            )
        ),
        (
            new(12, 12, 32),
            new Concatenation(
                new Conv2D(24, kernel: 1),
                new Block(new Conv2D(16, kernel: 1), new Tanh(), new Conv2D(32, kernel: 3, padding: 1)),
                new Identity()
            )
        ),
    ];

    public static IEnumerable<Proof> Run(ConvolutionAlgorithm convolutions) =>
        cases.Select(@case => Run(@case.Input, @case.Layer, convolutions));

    private static Proof Run(Shape input, Layer layer, ConvolutionAlgorithm convolutions)
    {
        List<Layer> body = layer is Dense ? [new Flatten(), layer with { Name = "layer" }] : [layer with { Name = "layer" }];
        Conv2D images = new(
            input.Channels,
            (input.Height, input.Width),
            padding: new Padding(input.Height - 1, input.Width - 1),
            bias: false
        )
        {
            Name = "images",
        };
        Layer[] head = [new Flatten() { Name = "rows" }, new Dense(Classes) { Name = "head" }];
        using ComparedModel model = ComparedModel.Create(
            Network.Sequential([images, .. body, .. head]),
            new Shape(1, 1, Images),
            convolutions
        );
        using ComparedModel alone = model.Part(Network.Sequential([.. body]), input);
        using TrainingPlan plan = new(model.Description, model.Store, PlanOptions.For(Images, Environment.ProcessorCount));

        Examples examples = new(
            Images,
            input,
            Turned(model.Store["images/weight"], input),
            [.. Enumerable.Range(0, Images).Select(n => n % Classes)]
        );
        using TorchNetwork torch = new(model, first: 1);
        double output = Distance(alone, torch, body.Count, examples);
        double loss = Loss(plan, examples.Labels);
        using Tensor pixels = tensor(examples.Images, examples.Dimensions, requires_grad: true);
        double expectedLoss = TorchStep.Run(torch, pixels, examples.Labels);
        float[] gradient = Turned(PlanStep.Gradient(plan, "images/weight"), input);
        List<(string Part, double Error)> parts =
        [
            ("output", output),
            ("loss", Proof.Distance(loss, expectedLoss)),
            ("input's gradient", Proof.Distance(gradient, TorchNumbers.Of(pixels.grad!))),
            .. torch.Parameters.Select(parameter =>
                (
                    parameter.Path,
                    Proof.Distance(parameter.Order(PlanStep.Gradient(plan, parameter.Path)), TorchNumbers.Of(parameter.Tensor.grad!))
                )
            ),
        ];
        string list = string.Join(", ", parts.Select(part => FormattableString.Invariant($"{part.Part} {part.Error:0.0e+00}")));
        return new Proof($"{Describe(layer)} on {input}: {list}", parts.Max(part => part.Error), Proof.LayerBound);
    }

    /// <summary>Of what leaves the layer when it predicts.</summary>
    private static double Distance(ComparedModel alone, TorchNetwork torch, int layers, Examples examples)
    {
        using DisposeScope scope = NewDisposeScope();
        torch.Module.eval();
        Tensor values = tensor(examples.Images, examples.Dimensions);
        foreach (nn.Module<Tensor, Tensor> module in torch.Module.children().Take(layers).Cast<nn.Module<Tensor, Tensor>>())
        {
            values = module.call(values);
        }

        using InferencePlan plan = new(alone.Description, alone.Store, PlanOptions.For(Images, Environment.ProcessorCount));
        using Batch batch = examples.ToBatch();
        float[] output = new float[values.numel()];
        plan.Predict(batch, output);
        return Proof.Distance(output, TorchNumbers.Of(values.dim() == 4 ? values.permute(0, 2, 3, 1) : values));
    }

    /// <summary>One step of the plan on pixels that pick an image each.</summary>
    private static double Loss(TrainingPlan plan, int[] labels)
    {
        float[] pixels = new float[Images * Images];
        for (int image = 0; image < Images; image++)
        {
            pixels[image * Images + image] = 1;
        }

        return PlanStep.Run(plan, new Examples(Images, Shape.Flat(Images), pixels, labels));
    }

    /// <summary>From filters [height, width, image, channel] to images [image, channel, height, width], turned by 180 degrees.</summary>
    private static float[] Turned(ReadOnlySpan<float> filters, Shape shape)
    {
        float[] images = new float[filters.Length];
        int pixels = shape.Height * shape.Width;
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            for (int plane = 0; plane < Images * shape.Channels; plane++)
            {
                images[plane * pixels + pixels - 1 - pixel] = filters[pixel * Images * shape.Channels + plane];
            }
        }

        return images;
    }

    private static string Describe(Layer layer) =>
        layer switch
        {
            Conv2D conv => $"Conv2D {conv.Kernel} to {conv.Filters}"
                + (conv.Stride == 1 ? "" : $" stride {conv.Stride}")
                + (conv.Groups == 1 ? "" : $" groups {conv.Groups}")
                + (conv.Dilation == 1 ? "" : $" dilation {conv.Dilation}"),
            Block block => string.Join(", ", block.Layers.Select(Describe)),
            Residual residual => $"[{Describe(residual.Body)}] + [{Describe(residual.Shortcut ?? new Identity())}]",
            Concatenation joined => $"[{string.Join("] beside [", joined.Branches.Select(Describe))}]",
            MaxPool2D pool => $"MaxPool2D {pool.Kernel} stride {pool.Stride}",
            _ => layer.GetType().Name,
        };
}
