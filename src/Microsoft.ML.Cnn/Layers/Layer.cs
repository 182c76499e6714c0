using System.Text.Json.Serialization;
using Microsoft.ML.Cnn.Layers.Operations;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>
/// A layer of a network: a small immutable description with value equality. It states its shape rule and its parameters
/// and lowers itself to a few primitive operations; how those run is decided by the plan that is compiled from them.
/// </summary>
/// <remarks>The set of layers is closed: users compose them into a <see cref="Network"/>.</remarks>
// The registry of layers: the names stand in model files and never change.
[JsonPolymorphic(TypeDiscriminatorPropertyName = "layer")]
[JsonDerivedType(typeof(AdaptiveAveragePool2D), "adaptiveAveragePool2d")]
[JsonDerivedType(typeof(AveragePool2D), "averagePool2d")]
[JsonDerivedType(typeof(BatchNormalization), "batchNormalization")]
[JsonDerivedType(typeof(Block), "block")]
[JsonDerivedType(typeof(Concatenation), "concatenation")]
[JsonDerivedType(typeof(Conv2D), "conv2d")]
[JsonDerivedType(typeof(Dense), "dense")]
[JsonDerivedType(typeof(Dropout), "dropout")]
[JsonDerivedType(typeof(ELU), "elu")]
[JsonDerivedType(typeof(Flatten), "flatten")]
[JsonDerivedType(typeof(GELU), "gelu")]
[JsonDerivedType(typeof(GlobalAveragePool2D), "globalAveragePool2d")]
[JsonDerivedType(typeof(Identity), "identity")]
[JsonDerivedType(typeof(LeakyReLU), "leakyRelu")]
[JsonDerivedType(typeof(LocalResponseNormalization), "localResponseNormalization")]
[JsonDerivedType(typeof(MappedConv2D), "mappedConv2d")]
[JsonDerivedType(typeof(MaxPool2D), "maxPool2d")]
[JsonDerivedType(typeof(ReLU), "relu")]
[JsonDerivedType(typeof(Residual), "residual")]
[JsonDerivedType(typeof(ScaledTanh), "scaledTanh")]
[JsonDerivedType(typeof(Sigmoid), "sigmoid")]
[JsonDerivedType(typeof(SiLU), "silu")]
[JsonDerivedType(typeof(Subsampling2D), "subsampling2d")]
[JsonDerivedType(typeof(Tanh), "tanh")]
public abstract record Layer
{
    private protected Layer() { }

    /// <summary>
    /// The layer's own name, the last part of its path. By default its kind and a number, such as <c>conv1</c>; letters, digits,
    /// <c>_</c> and <c>-</c>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    /// <summary>What default names begin with.</summary>
    internal abstract string Kind { get; }

    /// <summary>The shape that leaves the layer.</summary>
    /// <param name="input">The shape that enters it.</param>
    /// <exception cref="ShapeException">The layer does not fit; the message says what would.</exception>
    public Shape OutputShape(Shape input) => Infer(input, Name ?? Kind);

    internal abstract Shape Infer(Shape input, string path);

    /// <summary>The buffers of this layer behind an input of the given shape.</summary>
    internal virtual IEnumerable<ParameterSpec> Parameters(Shape input) => [];

    /// <summary>Multiplications with an addition for one example, as papers count them: of convolutions and dense layers.</summary>
    internal virtual long MultiplyAdds(Shape input) => 0;

    /// <summary>The layers this one is made of, with their shapes; itself, unless it is a composition.</summary>
    internal virtual IEnumerable<PlacedLayer> Place(Shape input, string path) => [new PlacedLayer(path, this, input, Infer(input, path))];

    /// <summary>Writes the layer, as part of a network, as operations; the graph knows then what leaves it.</summary>
    internal Value LowerAt(string path, OperationGraph graph, Value input) => graph.Note(path, Lower(graph, input, path));

    /// <summary>Writes the layer as operations and returns the value that leaves it.</summary>
    internal abstract Value Lower(OperationGraph graph, Value input, string path);
}

/// <summary>A layer at its place in a network.</summary>
internal sealed record PlacedLayer(string Path, Layer Layer, Shape Input, Shape Output)
{
    public IEnumerable<ParameterSpec> Parameters => Layer.Parameters(Input);
}
