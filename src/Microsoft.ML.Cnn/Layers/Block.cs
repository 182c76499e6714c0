using System.Text.Json.Serialization;
using Microsoft.ML.Cnn.Layers.Operations;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>Layers one after another under one name: what is inside is called <c>block1.conv1</c> and so on. Blocks nest.</summary>
/// <remarks>Input and output are those of its first and last layer.</remarks>
public sealed record Block : Layer
{
    /// <summary>Creates the block.</summary>
    /// <param name="layers">At least one layer.</param>
    /// <exception cref="ArgumentException">There is no layer, one is null, or two have the same name.</exception>
    public Block(params Layer[] layers)
        : this(new LayerSequence(layers ?? throw new ArgumentNullException(nameof(layers)))) { }

    /// <summary>Creates the block.</summary>
    /// <param name="layers">At least one layer.</param>
    /// <exception cref="ArgumentException">There is no layer.</exception>
    [JsonConstructor]
    public Block(LayerSequence layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        Layers = layers.Count > 0 ? layers : throw new ArgumentException("A block needs at least one layer.", nameof(layers));
    }

    /// <summary>The layers, with the names they have inside.</summary>
    public LayerSequence Layers { get; }

    internal override string Kind => "block";

    internal override Shape Infer(Shape input, string path) => Layers.Infer(input, path);

    internal override IEnumerable<PlacedLayer> Place(Shape input, string path) => Layers.Place(input, path);

    internal override Value Lower(OperationGraph graph, Value input, string path) => Layers.Lower(graph, input, path);
}
