using System.Text.Json.Serialization;
using Microsoft.ML.Cnn.Layers.Operations;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>The exponential linear unit: x above 0, alpha * (e^x - 1) below. Clevert, Unterthiner and Hochreiter 2016, section 3.</summary>
/// <remarks>Input and output <c>[N, H, W, C]</c>.</remarks>
public sealed record ELU : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="alpha">Minus the value far below 0, at least 0; 1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative or not finite.</exception>
    [JsonConstructor]
    public ELU(float alpha = 1) => Alpha = LayerCheck.Within(alpha, 0, float.MaxValue);

    /// <summary>Minus the value far below 0.</summary>
    public float Alpha { get; }

    internal override string Kind => "elu";

    internal override Shape Infer(Shape input, string path) => input;

    internal override Value Lower(OperationGraph graph, Value input, string path) =>
        graph.Append(path, input, new ActivationPrimitive(ActivationKind.ELU, Alpha));
}
