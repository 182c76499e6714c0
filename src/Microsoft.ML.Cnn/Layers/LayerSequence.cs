using System.Collections;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.Cnn.Layers.Operations;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>Layers one after another, with the names they have there. Equal when all layers are.</summary>
[JsonConverter(typeof(LayerSequenceConverter))]
public sealed class LayerSequence : IReadOnlyList<Layer>, IEquatable<LayerSequence>
{
    private readonly ImmutableArray<Layer> layers;

    internal LayerSequence(IEnumerable<Layer> layers)
    {
        this.layers = [.. layers];
        Names = LayerNames.Assign(this.layers);
    }

    /// <summary>The name of each layer, unique among its neighbours.</summary>
    public ImmutableArray<string> Names { get; }

    /// <inheritdoc/>
    public int Count => layers.Length;

    /// <inheritdoc/>
    public Layer this[int index] => layers[index];

    /// <inheritdoc/>
    public bool Equals(LayerSequence? other) => other is not null && layers.SequenceEqual(other.layers);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LayerSequence);

    /// <inheritdoc/>
    public override int GetHashCode() => layers.Aggregate(layers.Length, HashCode.Combine);

    /// <inheritdoc/>
    public IEnumerator<Layer> GetEnumerator() => ((IEnumerable<Layer>)layers).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal Shape Infer(Shape input, string path)
    {
        for (int i = 0; i < Count; i++)
        {
            input = layers[i].Infer(input, LayerNames.Join(path, Names[i]));
        }

        return input;
    }

    internal IEnumerable<PlacedLayer> Place(Shape input, string path)
    {
        for (int i = 0; i < Count; i++)
        {
            string name = LayerNames.Join(path, Names[i]);
            foreach (PlacedLayer placed in layers[i].Place(input, name))
            {
                yield return placed;
            }

            input = layers[i].Infer(input, name);
        }
    }

    internal Value Lower(OperationGraph graph, Value input, string path)
    {
        for (int i = 0; i < Count; i++)
        {
            input = layers[i].LowerAt(LayerNames.Join(path, Names[i]), graph, input);
        }

        return input;
    }

    private sealed class LayerSequenceConverter : JsonConverter<LayerSequence>
    {
        public override LayerSequence Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(JsonSerializer.Deserialize<Layer[]>(ref reader, options) ?? []);

        public override void Write(Utf8JsonWriter writer, LayerSequence value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.layers, options);
    }
}
