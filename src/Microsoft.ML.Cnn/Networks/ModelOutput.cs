using System.Text.Json.Serialization;

namespace Microsoft.ML.Cnn;

/// <summary>What a model makes of the values of its last layer.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ModelOutput>))]
public enum ModelOutput
{
    /// <summary>The values themselves.</summary>
    Values,

    /// <summary>Probabilities of classes that exclude each other; they add up to one.</summary>
    Softmax,

    /// <summary>The sigmoid of each value: probabilities that do not exclude each other, of two classes that of the second.</summary>
    Sigmoid,
}
