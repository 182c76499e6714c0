using System.Text.Json.Serialization;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>What to do where the stride does not divide the way of a window evenly: OH = (H + 2P - FH) / S + 1.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Rounding>))]
public enum Rounding
{
    /// <summary>An uneven division is an error, which says what would work. The default.</summary>
    Exact,

    /// <summary>Rounds down: the last pixels are not seen. What PyTorch and most published networks do.</summary>
    Floor,

    /// <summary>Rounds up: the last window hangs over the edge. What Caffe does.</summary>
    Ceiling,
}
