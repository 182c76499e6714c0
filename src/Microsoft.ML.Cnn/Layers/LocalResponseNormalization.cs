using System.Text.Json.Serialization;
using Microsoft.ML.Cnn.Layers.Operations;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>
/// Divides each value by a power of the energy of its neighbours in the channel direction:
/// <c>b = a / (k + alpha * sum a^2)^beta</c>, the sum from <c>size / 2</c> channels before its own to as many behind (rounded down, as in the paper). Krizhevsky, Sutskever and Hinton 2012,
/// "ImageNet Classification with Deep Convolutional Neural Networks", section 3.3.
/// </summary>
/// <remarks>
/// Input and output <c>[N, H, W, C]</c>. PyTorch and ONNX divide alpha by the size: the published 1e-4 with size 5 is their 5e-4.
/// </remarks>
public sealed record LocalResponseNormalization : Layer
{
    /// <summary>Creates the layer, by default with the numbers of the paper.</summary>
    /// <param name="size">Channels that are summed, the own one included; at least 1. An odd number: an even one sums one more.</param>
    /// <param name="alpha">The weight of the sum, at least 0.</param>
    /// <param name="beta">The power, at least 0.</param>
    /// <param name="k">The addend, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    [JsonConstructor]
    public LocalResponseNormalization(int size = 5, float alpha = 1e-4f, float beta = 0.75f, float k = 2)
    {
        Size = LayerCheck.Positive(size);
        Alpha = LayerCheck.Within(alpha, 0, float.MaxValue);
        Beta = LayerCheck.Within(beta, 0, float.MaxValue);
        K = LayerCheck.Within(k, float.Epsilon, float.MaxValue);
    }

    /// <summary>Channels that are summed.</summary>
    public int Size { get; }

    /// <summary>The weight of the sum.</summary>
    public float Alpha { get; }

    /// <summary>The power.</summary>
    public float Beta { get; }

    /// <summary>The addend.</summary>
    public float K { get; }

    internal override string Kind => "norm";

    internal override Shape Infer(Shape input, string path) => input;

    internal override Value Lower(OperationGraph graph, Value input, string path) =>
        graph.Append(path, input, new LocalResponseNormalizationPrimitive(Size, Alpha, Beta, K));
}
