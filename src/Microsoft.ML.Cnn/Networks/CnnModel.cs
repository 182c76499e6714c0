using System.Collections.Immutable;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Layers.Operations;

namespace Microsoft.ML.Cnn;

/// <summary>
/// A network with its weights: what training makes and what predicts. It needs nothing of ML.NET; <c>Load</c> reads the
/// zips of <c>mlContext.Model.Save</c> as well as those of <c>Save</c>. Immutable, and safe to use from many threads.
/// </summary>
public sealed partial class CnnModel
{
    internal CnnModel(ModelDescription description, ParameterStore store)
    {
        Description = description;
        Store = store;
        OutputLength = description.OutputLength;
    }

    /// <summary>The layers, the output layer included.</summary>
    public Network Network => Description.Network;

    /// <summary>The shape of an image.</summary>
    public Shape InputShape => Description.InputShape;

    /// <summary>How an image lies in the pixels that <see cref="Predict(ReadOnlySpan{float})"/> takes.</summary>
    public PixelOrder PixelOrder => Description.PixelOrder;

    /// <summary>What is done to pixels before the first layer.</summary>
    public PixelNormalization Normalization => Description.Normalization;

    /// <summary>What the model makes of the values of its last layer.</summary>
    public ModelOutput Output => Description.Output;

    /// <summary>How it computes convolutions.</summary>
    public ConvolutionAlgorithm Convolutions => Description.Convolutions;

    /// <summary>The names of the classes, in the order of the scores; empty where the model does not know them.</summary>
    public ImmutableArray<string> ClassNames => Description.ClassNames;

    /// <summary>Scores of one image.</summary>
    public int OutputLength { get; }

    /// <summary>Parameters that training changes.</summary>
    public long ParameterCount => Store.Table.TrainableCount;

    /// <summary>What lies where in the model's buffers.</summary>
    public ImmutableArray<ParameterSegment> Segments => Store.Table.Segments;

    internal ModelDescription Description { get; }

    internal ParameterStore Store { get; }

    /// <summary>A model with the weights that its layers' initializers give.</summary>
    /// <param name="network">The layers, the output layer included.</param>
    /// <param name="inputShape">The shape of an image.</param>
    /// <param name="seed">Equal seeds give equal weights.</param>
    /// <param name="output">What to make of the values of the last layer.</param>
    /// <param name="convolutions">How the model computes convolutions.</param>
    /// <exception cref="ShapeException">A layer does not fit.</exception>
    public static CnnModel Create(
        Network network,
        Shape inputShape,
        int seed = 0,
        ModelOutput output = ModelOutput.Values,
        ConvolutionAlgorithm convolutions = ConvolutionAlgorithm.Automatic
    )
    {
        ArgumentNullException.ThrowIfNull(network);
        ParameterStore store = ParameterStore.Initialize(network, inputShape, seed);
        return new CnnModel(
            new ModelDescription(
                network,
                inputShape,
                PixelOrder.Interleaved,
                PixelNormalization.None(inputShape.Channels),
                LayerCheck.Defined(output),
                [],
                LayerCheck.Defined(convolutions)
            ),
            store
        );
    }

    /// <summary>A copy of one buffer of the model.</summary>
    /// <param name="path">Its path, such as <c>conv1/weight</c>; <see cref="Segments"/> lists them.</param>
    /// <exception cref="ArgumentException">There is no such buffer.</exception>
    public float[] GetParameter(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        ParameterSegment segment =
            Segments.FirstOrDefault(segment => segment.Path == path)
            ?? throw new ArgumentException(
                $"There is no '{path}'. There are: {string.Join(", ", Segments.Select(segment => segment.Path))}.",
                nameof(path)
            );
        return Store[segment].ToArray();
    }
}

/// <summary>All of a model but its weights.</summary>
internal sealed record ModelDescription(
    Network Network,
    Shape InputShape,
    PixelOrder PixelOrder,
    PixelNormalization Normalization,
    ModelOutput Output,
    ImmutableArray<string> ClassNames,
    ConvolutionAlgorithm Convolutions = ConvolutionAlgorithm.Automatic
)
{
    /// <summary>The path of the layer whose values are the output; null for the last one.</summary>
    public string? OutputLayer { get; init; }

    /// <summary>How an output that is an image lies in the row of scores.</summary>
    public PixelOrder OutputOrder { get; init; }

    /// <summary>The shape of the output.</summary>
    public Shape OutputShape => OutputLayer is null ? Network.OutputShape(InputShape) : OutputOf(Network.Lower(InputShape), OutputLayer);

    /// <summary>Scores of one image.</summary>
    public int OutputLength => checked((int)OutputShape.Length);

    /// <summary>The operations from an image to the output.</summary>
    public OperationGraph Lower()
    {
        OperationGraph graph = Network.Lower(InputShape);
        if (OutputLayer is not null)
        {
            graph.CutBehind(OutputLayer);
        }

        if (OutputOrder == PixelOrder.Planar && !graph[graph.Output].IsFlat)
        {
            graph.Append("", graph.Output, new FlattenPrimitive(PixelOrder.Planar));
        }

        return graph;
    }

    private static Shape OutputOf(OperationGraph graph, string layer)
    {
        graph.CutBehind(layer);
        return graph[graph.Output];
    }
}
