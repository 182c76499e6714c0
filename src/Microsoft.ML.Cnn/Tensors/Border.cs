using System.Text.Json.Serialization;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>What the padding of a convolution holds.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Border>))]
public enum Border
{
    /// <summary>Zeros.</summary>
    Zero,

    /// <summary>A given value.</summary>
    Constant,

    /// <summary>The pixel at the edge, again and again: <c>aaa|abcd|ddd</c>.</summary>
    Replicate,

    /// <summary>The image mirrored at its edge pixel, which is not repeated: <c>dcb|abcd|cba</c>.</summary>
    Reflect,
}
