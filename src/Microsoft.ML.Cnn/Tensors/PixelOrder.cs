using System.Text.Json.Serialization;

namespace Microsoft.ML.Cnn;

/// <summary>How an image lies in a vector of pixels.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PixelOrder>))]
public enum PixelOrder
{
    /// <summary><c>[height, width, channel]</c>: the channels of a pixel side by side.</summary>
    Interleaved,

    /// <summary><c>[channel, height, width]</c>: one channel after another, as ML.NET's <c>ExtractPixels</c> writes by default.</summary>
    Planar,
}
