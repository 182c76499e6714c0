using System.Text.Json.Serialization;
using Microsoft.ML.Cnn.Layers.Operations;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>
/// The mean of as many windows as the output has pixels, whatever the size of the image: output pixel i covers the rows from
/// ⌊i * H / OH⌋ to ⌈(i + 1) * H / OH⌉, and likewise the columns. As defined by PyTorch.
/// </summary>
/// <remarks>Input <c>[N, H, W, C]</c>, output <c>[N, OH, OW, C]</c>.</remarks>
public sealed record AdaptiveAveragePool2D : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="output">Height and width of what comes out, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is less than 1.</exception>
    [JsonConstructor]
    public AdaptiveAveragePool2D(Size2D output) => Output = LayerCheck.Positive(output);

    /// <summary>Height and width of what comes out.</summary>
    public Size2D Output { get; }

    internal override string Kind => "pool";

    internal override Shape Infer(Shape input, string path) => input with { Height = Output.Height, Width = Output.Width };

    internal override Value Lower(OperationGraph graph, Value input, string path) =>
        graph.Append(path, input, new AdaptiveAveragePoolPrimitive(Output));
}
