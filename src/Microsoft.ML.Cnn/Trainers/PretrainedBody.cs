using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Layers.Operations;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>Fine-tuning: the weights and the normalization of a trained model's body, below a new output layer.</summary>
internal sealed class PretrainedBody : StartingPoint
{
    private static readonly string OptionName = nameof(CnnTrainerOptions.PretrainedModel);

    private readonly CnnModel model;

    private PretrainedBody(CnnModel model) => this.model = model;

    public override PixelNormalization Normalization => model.Normalization;

    /// <summary>The layers of a model without its output layer.</summary>
    /// <exception cref="ArgumentException">Its last layer is none.</exception>
    public static Network NetworkOf(CnnModel model) =>
        model.Network.Layers is [.., Dense]
            ? Network.Sequential([.. model.Network.Layers.SkipLast(1)])
            : throw Refuse($"its last layer, '{model.Network.Layers.Names.LastOrDefault("none")}', is not a dense output layer");

    /// <param name="model">The trained model.</param>
    /// <param name="network">The network to be trained, its output layer included.</param>
    /// <param name="shape">The shape of its images.</param>
    /// <exception cref="ArgumentException">The model's body is another; the message names the first difference.</exception>
    public static PretrainedBody Of(CnnModel model, Network network, Shape shape)
    {
        if (model.InputShape.Channels != shape.Channels)
        {
            throw Refuse($"it was trained on images of {model.InputShape.Channels} channels, and these have {shape.Channels}");
        }

        RequireLayers(NetworkOf(model), network, shape);
        RequireParameters(model, network, shape);
        return new PretrainedBody(model);
    }

    public override ParameterStore CreateStore(Network network, Shape shape, ParameterTable table, int seed)
    {
        ParameterStore store = base.CreateStore(network, shape, table, seed);
        foreach (ParameterSegment segment in table.Segments.Where(IsOfBody))
        {
            model.Store[segment.Path].CopyTo(store[segment]);
        }

        return store;
    }

    /// <summary>The body may be the beginning of the model's. How weights are initialized and how much is dropped does not matter.</summary>
    private static void RequireLayers(Network known, Network network, Shape shape)
    {
        string? difference = NetworkDifference.First(
            network.Place(shape).SkipLast(1).Where(Matters),
            known.Place(shape).Where(Matters),
            (placed, there) => Primitives(placed).SequenceEqual(Primitives(there))
        );
        if (difference is not null)
        {
            throw Refuse(difference);
        }

        static bool Matters(PlacedLayer placed) => placed.Layer is not (Dropout or Flatten);
    }

    /// <summary>What a layer computes itself, without the layers in it.</summary>
    private static IEnumerable<Primitive> Primitives(PlacedLayer placed)
    {
        OperationGraph graph = new(placed.Input);
        placed.Layer.Lower(graph, graph.Input, placed.Path);
        return graph.Operations.Where(operation => operation.Path == placed.Path).Select(operation => operation.Primitive);
    }

    private static void RequireParameters(CnnModel model, Network network, Shape shape)
    {
        foreach (ParameterSegment segment in ParameterTable.Of(network, shape).Segments.Where(IsOfBody))
        {
            ParameterSegment? known = model.Segments.FirstOrDefault(known => known.Path == segment.Path);
            if (known is null || !known.Shape.SequenceEqual(segment.Shape))
            {
                throw Refuse(
                    $"for images of {shape} '{segment.Path}' is {Describe(segment)}, and in the model, for images of {model.InputShape}, "
                        + (known is null ? "there is none" : $"it is {Describe(known)}")
                );
            }
        }
    }

    private static bool IsOfBody(ParameterSegment segment) => segment.Layer != Network.OutputName;

    private static string Describe(ParameterSegment segment) => $"[{string.Join(", ", segment.Shape)}]";

    private static ArgumentException Refuse(string why) =>
        new(
            $"The body of {OptionName} does not fit: {why}. What would work: no Network, which takes the model's own; or one with the same layers from the first on, and images of as many channels.",
            OptionName
        );
}
