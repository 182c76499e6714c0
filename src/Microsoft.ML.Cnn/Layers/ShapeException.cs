namespace Microsoft.ML.Cnn.Layers;

/// <summary>
/// A layer does not fit the image it is given. The message states the layer, the shapes, the formula and what would work.
/// </summary>
public sealed class ShapeException : InvalidOperationException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="layerPath">The path of the layer in its network, such as <c>conv2</c>.</param>
    /// <param name="inputShape">The shape that reaches it.</param>
    /// <param name="reason">Why it does not fit, and what would.</param>
    public ShapeException(string layerPath, Shape inputShape, string reason)
        : base($"Layer '{layerPath}' does not fit its input of {inputShape}: {reason}")
    {
        LayerPath = layerPath;
        InputShape = inputShape;
    }

    /// <summary>The path of the layer in its network, such as <c>conv2</c>.</summary>
    public string LayerPath { get; }

    /// <summary>The shape that reaches the layer.</summary>
    public Shape InputShape { get; }
}
