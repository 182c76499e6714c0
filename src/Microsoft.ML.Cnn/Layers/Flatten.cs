using Microsoft.ML.Cnn.Layers.Operations;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>Writes an image as one flat row, in the order height, width, channel.</summary>
/// <remarks>Input <c>[N, H, W, C]</c>, output <c>[N, 1, 1, H * W * C]</c>.</remarks>
public sealed record Flatten : Layer
{
    internal override string Kind => "flatten";

    internal override Shape Infer(Shape input, string path) =>
        input.Length <= int.MaxValue
            ? Shape.Flat((int)input.Length)
            : throw new ShapeException(path, input, $"a flat row holds at most {int.MaxValue} values. What would work: pooling before it.");

    internal override Value Lower(OperationGraph graph, Value input, string path) => graph.Append(path, input, new FlattenPrimitive());
}
