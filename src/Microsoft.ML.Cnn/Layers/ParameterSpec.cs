using System.Collections.Immutable;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>What a buffer of a layer holds.</summary>
public enum ParameterKind
{
    /// <summary>Trained by the optimizer.</summary>
    Trainable,

    /// <summary>Kept by the layer itself, such as running statistics: neither parameter nor gradient.</summary>
    State,
}

/// <summary>One buffer that a layer asks for.</summary>
/// <param name="Name">Its name within the layer, such as <c>weight</c>.</param>
/// <param name="Shape">Its dimensions, the last one contiguous.</param>
/// <param name="Initializer">How it begins.</param>
/// <param name="Fans">Connections into and out of a unit, for initializers that ask.</param>
/// <param name="Decay">Whether weight decay applies: not to biases and normalization.</param>
internal sealed record ParameterSpec(
    string Name,
    ImmutableArray<int> Shape,
    Initializer Initializer,
    Fans Fans,
    bool Decay,
    ParameterKind Kind = ParameterKind.Trainable
)
{
    public const string Weight = "weight";
    public const string Bias = "bias";

    public long Length => Shape.Aggregate(1L, (product, side) => checked(product * side));

    public static ParameterSpec Weights(ImmutableArray<int> shape, Initializer initializer, Fans fans) =>
        new(Weight, shape, initializer, fans, Decay: true);

    public static ParameterSpec Biases(int count, Initializer initializer, Fans fans) =>
        new(Bias, [count], initializer, fans, Decay: false);
}

/// <summary>Connections into and out of one unit of a layer.</summary>
internal readonly record struct Fans(long In, long Out);
