using Microsoft.ML.Cnn.Layers.Operations;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>
/// The mean of each channel over the whole image: any image becomes one flat row. Lin, Chen and Yan 2014, "Network In Network", section 3.2.
/// </summary>
/// <remarks>Input <c>[N, H, W, C]</c>, output <c>[N, 1, 1, C]</c>.</remarks>
public sealed record GlobalAveragePool2D : Layer
{
    internal override string Kind => "pool";

    internal override Shape Infer(Shape input, string path) => Shape.Flat(input.Channels);

    internal override Value Lower(OperationGraph graph, Value input, string path) =>
        graph.Append(path, input, new AdaptiveAveragePoolPrimitive(1));
}
