using Microsoft.ML.Cnn.Layers.Operations;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>The rectified linear unit, max(0, x). Nair and Hinton 2010; its gradient at 0 is 0.</summary>
/// <remarks>Input and output <c>[N, H, W, C]</c>.</remarks>
public sealed record ReLU : Layer
{
    internal override string Kind => "relu";

    internal override Shape Infer(Shape input, string path) => input;

    internal override Value Lower(OperationGraph graph, Value input, string path) =>
        graph.Append(path, input, new ActivationPrimitive(ActivationKind.ReLU));
}

/// <summary>The hyperbolic tangent.</summary>
/// <remarks>Input and output <c>[N, H, W, C]</c>.</remarks>
public sealed record Tanh : Layer
{
    internal override string Kind => "tanh";

    internal override Shape Infer(Shape input, string path) => input;

    internal override Value Lower(OperationGraph graph, Value input, string path) =>
        graph.Append(path, input, new ActivationPrimitive(ActivationKind.Tanh));
}

/// <summary>
/// The scaled hyperbolic tangent of LeNet-5, 1.7159 * tanh(2x / 3), which maps -1 and 1 to themselves. LeCun et al. 1998, appendix A.
/// </summary>
/// <remarks>Input and output <c>[N, H, W, C]</c>.</remarks>
public sealed record ScaledTanh : Layer
{
    internal override string Kind => "tanh";

    internal override Shape Infer(Shape input, string path) => input;

    internal override Value Lower(OperationGraph graph, Value input, string path) =>
        graph.Append(path, input, new ActivationPrimitive(ActivationKind.ScaledTanh));
}

/// <summary>The logistic function, 1 / (1 + e^-x).</summary>
/// <remarks>Input and output <c>[N, H, W, C]</c>.</remarks>
public sealed record Sigmoid : Layer
{
    internal override string Kind => "sigmoid";

    internal override Shape Infer(Shape input, string path) => input;

    internal override Value Lower(OperationGraph graph, Value input, string path) =>
        graph.Append(path, input, new ActivationPrimitive(ActivationKind.Sigmoid));
}

/// <summary>The Gaussian error linear unit, x times the normal distribution up to x: exact, by erf. Hendrycks and Gimpel 2016, section 2.</summary>
/// <remarks>Input and output <c>[N, H, W, C]</c>.</remarks>
public sealed record GELU : Layer
{
    internal override string Kind => "gelu";

    internal override Shape Infer(Shape input, string path) => input;

    internal override Value Lower(OperationGraph graph, Value input, string path) =>
        graph.Append(path, input, new ActivationPrimitive(ActivationKind.GELU));
}

/// <summary>The sigmoid linear unit, x / (1 + e^-x), also called swish. Elfwing, Uchibe and Doya 2018, equation 6.</summary>
/// <remarks>Input and output <c>[N, H, W, C]</c>.</remarks>
public sealed record SiLU : Layer
{
    internal override string Kind => "silu";

    internal override Shape Infer(Shape input, string path) => input;

    internal override Value Lower(OperationGraph graph, Value input, string path) =>
        graph.Append(path, input, new ActivationPrimitive(ActivationKind.SiLU));
}
