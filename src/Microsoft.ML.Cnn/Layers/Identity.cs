using Microsoft.ML.Cnn.Layers.Operations;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>Passes on what comes in: a branch of a <see cref="Concatenation"/> that keeps its input.</summary>
/// <remarks>Input and output <c>[N, H, W, C]</c>.</remarks>
public sealed record Identity : Layer
{
    internal override string Kind => "identity";

    internal override Shape Infer(Shape input, string path) => input;

    internal override Value Lower(OperationGraph graph, Value input, string path) => input;
}
