using System.Text.Json.Serialization;

namespace Microsoft.ML.Cnn;

/// <summary>What filters do with the channels of an image.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChannelCombination>))]
public enum ChannelCombination
{
    /// <summary>Each filter is applied to each channel by itself.</summary>
    PerChannel,

    /// <summary>The results of a filter on all channels are summed up.</summary>
    Sum,
}
