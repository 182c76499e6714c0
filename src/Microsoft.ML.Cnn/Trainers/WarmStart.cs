using Microsoft.ML.Cnn.Transforms;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>
/// Training that goes on from a model of the same network, with its parameters and normalization. Its classes may come in another order: they are matched by
/// what they stand for.
/// </summary>
internal sealed class WarmStart : StartingPoint
{
    private static readonly string ParameterName = "modelParameters";

    private readonly CnnModel model;
    private readonly int[] sources;

    private WarmStart(CnnModel model, int[] sources) => (this.model, this.sources) = (model, sources);

    public override PixelNormalization Normalization => model.Normalization;

    /// <param name="trained">What to go on from.</param>
    /// <param name="network">The network to be trained, its output layer included.</param>
    /// <param name="shape">The shape of its images.</param>
    /// <param name="labels">What its classes stand for, where that is known.</param>
    /// <param name="classes">How many there are.</param>
    /// <exception cref="ArgumentException">Network, shape or classes are others.</exception>
    public static WarmStart From(CnnMulticlassModelParameters trained, Network network, Shape shape, LabelValues? labels, int classes)
    {
        RequireShape(trained.Model, shape);
        int[] sources = MatchClasses(trained, labels, classes);
        RequireNetwork(trained.Model, network);
        return new WarmStart(trained.Model, sources);
    }

    /// <summary>Where outputs are no classes.</summary>
    /// <param name="model">What to go on from.</param>
    /// <param name="network">The network to be trained, its output layer included.</param>
    /// <param name="shape">The shape of its images.</param>
    /// <exception cref="ArgumentException">Network or shape are others.</exception>
    public static WarmStart From(CnnModel model, Network network, Shape shape)
    {
        RequireShape(model, shape);
        RequireNetwork(model, network);
        return new WarmStart(model, [.. Enumerable.Range(0, model.OutputLength)]);
    }

    public override ParameterStore CreateStore(Network network, Shape shape, ParameterTable table, int seed)
    {
        ParameterStore store = new(table);
        store.TakeOver(model.Store);
        foreach (ParameterSegment segment in table.Segments.Where(segment => segment.Layer == Network.OutputName))
        {
            Rearrange(model.Store[segment], store[segment], sources);
        }

        return store;
    }

    private static void RequireShape(CnnModel model, Shape shape)
    {
        if (model.InputShape != shape)
        {
            throw Refuse($"it was trained on images of {model.InputShape}, and these are {shape}");
        }
    }

    private static void RequireNetwork(CnnModel model, Network network)
    {
        if (!model.Network.Equals(network))
        {
            string? difference = NetworkDifference.First(
                network.Place(model.InputShape),
                model.Network.Place(model.InputShape),
                (placed, there) => placed.Layer.Equals(there.Layer)
            );
            throw Refuse($"its network is another than the Network of the options{(difference is null ? "" : $": {difference}")}");
        }
    }

    /// <summary>For each class the one of the trained model that stands for the same.</summary>
    private static int[] MatchClasses(CnnMulticlassModelParameters trained, LabelValues? labels, int classes)
    {
        if (trained.NumberOfClasses != classes)
        {
            throw Refuse($"it has {trained.NumberOfClasses} classes, and the label of the training data has {classes}");
        }

        if (trained.Labels is null && labels is null)
        {
            return [.. Enumerable.Range(0, classes)];
        }

        if (trained.Labels is null || labels is null)
        {
            throw Refuse(
                $"only {(labels is null ? "its" : "the training data's")} label has key values, so that its classes cannot be matched"
            );
        }

        return trained.Labels.IndexesOf(labels)
            ?? throw Refuse($"its classes are {Describe(trained.Labels)}, and those of the training data are {Describe(labels)}");
    }

    /// <summary>Rows of [inputs, classes], or the single row of biases, with each class taken from where it was.</summary>
    private static void Rearrange(ReadOnlySpan<float> from, Span<float> to, int[] sources)
    {
        for (int row = 0; row < from.Length; row += sources.Length)
        {
            for (int column = 0; column < sources.Length; column++)
            {
                to[row + column] = from[row + sources[column]];
            }
        }
    }

    private static string Describe(LabelValues labels)
    {
        const int Shown = 10;
        string names = string.Join(", ", labels.Texts.Take(Shown).Select(text => $"'{text}'"));
        return $"{names}{(labels.Count > Shown ? $" and {labels.Count - Shown} more" : "")} ({labels.Kind.ItemType})";
    }

    private static ArgumentException Refuse(string why) =>
        new(
            $"Training cannot go on from this model: {why}. What would work: a model of the same network, image shape and label values (their order does not matter).",
            ParameterName
        );
}
