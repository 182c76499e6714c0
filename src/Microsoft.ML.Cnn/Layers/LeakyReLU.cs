using System.Text.Json.Serialization;
using Microsoft.ML.Cnn.Layers.Operations;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>The leaky rectified linear unit: x above 0, slope * x below. Maas, Hannun and Ng 2013, section 2.2; its gradient at 0 is the slope.</summary>
/// <remarks>Input and output <c>[N, H, W, C]</c>.</remarks>
public sealed record LeakyReLU : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="slope">What values below 0 are multiplied by, at least 0; 0.01 by default, as in PyTorch.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative or not finite.</exception>
    [JsonConstructor]
    public LeakyReLU(float slope = 0.01f) => Slope = LayerCheck.Within(slope, 0, float.MaxValue);

    /// <summary>What values below 0 are multiplied by.</summary>
    public float Slope { get; }

    internal override string Kind => "leakyRelu";

    internal override Shape Infer(Shape input, string path) => input;

    internal override Value Lower(OperationGraph graph, Value input, string path) =>
        graph.Append(path, input, new ActivationPrimitive(ActivationKind.LeakyReLU, Slope));
}
