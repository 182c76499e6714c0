using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Layers.Operations;

namespace Microsoft.ML.Cnn;

/// <summary>
/// The description of a network: layers one after another. It is immutable, equal to another with equal layers, and holds no weights;
/// the shape of its input is given where it is used. Trainers append the output layer, which follows from the label.
/// </summary>
public sealed record Network
{
    /// <summary>The name of the layer that trainers append.</summary>
    internal const string OutputName = "output";

    private Network(LayerSequence layers) => Layers = layers;

    /// <summary>The layers, with their names.</summary>
    public LayerSequence Layers { get; }

    /// <summary>A network of layers one after another.</summary>
    /// <param name="layers">The layers, from the image onwards.</param>
    /// <exception cref="ArgumentException">A layer is null, or two have the same name.</exception>
    public static Network Sequential(params Layer[] layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        return new Network(new LayerSequence(layers));
    }

    /// <summary>The shape that leaves the last layer.</summary>
    /// <param name="input">The shape of an image.</param>
    /// <exception cref="ShapeException">A layer does not fit; the message says which, and what would work.</exception>
    public Shape OutputShape(Shape input)
    {
        if (input is not { Height: > 0, Width: > 0, Channels: > 0 })
        {
            throw new ArgumentOutOfRangeException(
                nameof(input),
                input,
                $"Height, width and channels must be at least 1, received {input}."
            );
        }

        return Layers.Infer(input, "");
    }

    /// <summary>Parameters that training changes, behind an input of the given shape.</summary>
    /// <exception cref="ShapeException">A layer does not fit.</exception>
    public long CountParameters(Shape input) => ParameterTable.Of(this, input).TrainableCount;

    /// <summary>
    /// A table of the layers: path, output shape, parameters, multiply-adds, memory, layout and algorithm; how a batch is cut; and the memory that training and prediction will
    /// take.
    /// </summary>
    /// <param name="input">The shape of an image.</param>
    /// <param name="batchSize">Images of a batch, at least 1.</param>
    /// <param name="convolutions">How convolutions may be computed.</param>
    /// <exception cref="ShapeException">A layer does not fit.</exception>
    public NetworkSummary Summary(Shape input, int batchSize = 64, ConvolutionAlgorithm convolutions = ConvolutionAlgorithm.Automatic)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        return new NetworkSummary(this, input, batchSize, LayerCheck.Defined(convolutions));
    }

    internal static Network Of(LayerSequence layers) => new(layers);

    internal IEnumerable<PlacedLayer> Place(Shape input) => Layers.Place(input, "");

    internal OperationGraph Lower(Shape input)
    {
        OperationGraph graph = new(input);
        Layers.Lower(graph, graph.Input, "");
        return graph;
    }

    /// <summary>The layers up to the one at a path, or up to the block that it stands in. They keep their names.</summary>
    internal Network UpTo(string path)
    {
        int last = Layers.Names.IndexOf(path.Split('.')[0]);
        return Sequential([.. Layers.Take(last + 1)]);
    }

    /// <summary>This network, used as the body of one that ends in a dense layer of the given outputs; flattened first if it needs be.</summary>
    /// <exception cref="ShapeException">A layer does not fit.</exception>
    internal Network WithOutput(int outputs, Shape input)
    {
        List<Layer> layers = [.. Layers];
        if (!OutputShape(input).IsFlat)
        {
            layers.Add(new Flatten());
        }

        layers.Add(new Dense(outputs, weightInitializer: Initializer.Glorot) { Name = OutputName });
        return Sequential([.. layers]);
    }
}
