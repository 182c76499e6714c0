using System.Text.Json.Serialization;
using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>
/// Trainable subsampling, S2 and S4 of LeNet-5: the mean of each window times a coefficient plus a bias, one of each a map. LeCun et al.
/// 1998, section II.B. (The paper adds up the four inputs where this takes their mean; the coefficient absorbs the factor.)
/// </summary>
/// <remarks>
/// Input <c>[N, H, W, C]</c>, output <c>[N, H / size, W / size, C]</c>. Parameters: <c>weight</c> <c>[C]</c>, at first one, and <c>bias</c>
/// <c>[C]</c>, at first zero.
/// </remarks>
public sealed record Subsampling2D : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="kernel">Height and width of a window, and the way to the next; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is less than 1.</exception>
    [JsonConstructor]
    public Subsampling2D(Size2D kernel) => Kernel = LayerCheck.Positive(kernel);

    /// <summary>Height and width of a window, and the way to the next.</summary>
    public Size2D Kernel { get; }

    internal override string Kind => "subsampling";

    internal override Shape Infer(Shape input, string path) => PoolingRule.Infer(input, Window(input, path));

    internal override IEnumerable<ParameterSpec> Parameters(Shape input) =>
        [
            ParameterSpec.Weights([input.Channels], Initializer.One, default),
            ParameterSpec.Biases(input.Channels, Initializer.Zero, default),
        ];

    internal override Value Lower(OperationGraph graph, Value input, string path)
    {
        Value mean = graph.Append(path, input, new AveragePoolPrimitive(Window(graph[input], path), CountPadding: false));
        return graph.Append(path, mean, new ChannelAffinePrimitive());
    }

    private WindowGeometry Window(Shape input, string path) =>
        ShapeRule.Window(input, path, Kernel, Kernel, 1, Padding.Valid, Rounding.Exact, Remedies.Input);
}
