using System.Text.Json.Serialization;
using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>
/// The maximum of each window, channel by channel. Swapping two values within a window changes nothing: small shifts are forgiven.
/// Padding never wins. Where values tie, the first in reading order gets the gradient.
/// </summary>
/// <remarks>Input <c>[N, H, W, C]</c>, output <c>[N, OH, OW, C]</c> with <c>OH = (H + top + bottom - KH) / stride + 1</c>.</remarks>
public sealed record MaxPool2D : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="kernel">Height and width of a window, at least 1.</param>
    /// <param name="stride">Pixels from a window to the next; the kernel by default, so that windows do not overlap.</param>
    /// <param name="padding">Pixels around the image, each side narrower than the window; none by default.</param>
    /// <param name="rounding">What to do where the stride does not divide evenly; an error by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public MaxPool2D(Size2D kernel, Size2D? stride = null, Padding padding = default, Rounding rounding = Rounding.Exact)
        : this(kernel, stride ?? kernel, padding, rounding) { }

    // For JSON, which wants parameters of the types of the properties.
    [JsonConstructor]
    private MaxPool2D(Size2D kernel, Size2D stride, Padding padding, Rounding rounding)
    {
        Kernel = LayerCheck.Positive(kernel);
        Stride = LayerCheck.Positive(stride);
        Padding = PoolingRule.Narrow(padding, kernel);
        Rounding = LayerCheck.Defined(rounding);
    }

    /// <summary>Height and width of a window.</summary>
    public Size2D Kernel { get; }

    /// <summary>Pixels from a window to the next.</summary>
    public Size2D Stride { get; }

    /// <summary>Pixels around the image.</summary>
    public Padding Padding { get; }

    /// <summary>What happens where the stride does not divide evenly.</summary>
    public Rounding Rounding { get; }

    internal override string Kind => "pool";

    internal override Shape Infer(Shape input, string path) => PoolingRule.Infer(input, Window(input, path));

    internal override Value Lower(OperationGraph graph, Value input, string path) =>
        graph.Append(path, input, new MaxPoolPrimitive(Window(graph[input], path)));

    private WindowGeometry Window(Shape input, string path) =>
        ShapeRule.Window(input, path, Kernel, Stride, 1, Padding, Rounding, Remedies.NarrowPadding);
}
