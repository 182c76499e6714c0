using System.Text.Json.Serialization;
using Microsoft.ML.Cnn.Layers.Operations;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>
/// Branches that read the same input, the channels of their results side by side. Szegedy et al. 2015, "Going Deeper with Convolutions", figure
/// 2; with <see cref="Identity"/> as a branch, Huang et al. 2017, "Densely Connected Convolutional Networks", equation 2.
/// </summary>
/// <remarks>
/// Input <c>[N, H, W, C]</c>, output <c>[N, OH, OW, C1 + C2 + ...]</c>, the channels in the order of the branches, which all make images of OH × OW.
/// </remarks>
public sealed record Concatenation : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="branches">At least one; several layers one after another as a <see cref="Block"/>.</param>
    /// <exception cref="ArgumentException">There is no branch, one is null, or two have the same name.</exception>
    public Concatenation(params Layer[] branches)
        : this(new LayerSequence(branches ?? throw new ArgumentNullException(nameof(branches)))) { }

    /// <summary>Creates the layer.</summary>
    /// <param name="branches">At least one.</param>
    /// <exception cref="ArgumentException">There is no branch.</exception>
    [JsonConstructor]
    public Concatenation(LayerSequence branches)
    {
        ArgumentNullException.ThrowIfNull(branches);
        Branches =
            branches.Count > 0 ? branches : throw new ArgumentException("A concatenation needs at least one branch.", nameof(branches));
    }

    /// <summary>The branches, with the names they have inside.</summary>
    public LayerSequence Branches { get; }

    internal override string Kind => "concatenation";

    internal override Shape Infer(Shape input, string path)
    {
        Shape[] shapes = [.. Branches.Select((branch, i) => branch.Infer(input, BranchPath(path, i)))];
        if (shapes.Any(shape => (shape.Height, shape.Width) != (shapes[0].Height, shapes[0].Width)))
        {
            throw new ShapeException(
                path,
                input,
                $"its branches make {string.Join(", ", shapes.Select((shape, i) => $"{shape} ({Branches.Names[i]})"))}, and only images of one height and width "
                    + "can be put side by side. What would work: the same stride in all branches, and Padding.Same."
            );
        }

        return shapes[0] with
        {
            Channels = checked(shapes.Sum(shape => shape.Channels)),
        };
    }

    internal override IEnumerable<PlacedLayer> Place(Shape input, string path) =>
        [
            .. Branches.SelectMany((branch, i) => branch.Place(input, BranchPath(path, i))),
            new PlacedLayer(path, this, input, Infer(input, path)),
        ];

    internal override Value Lower(OperationGraph graph, Value input, string path)
    {
        Value[] values = [.. Branches.Select((branch, i) => branch.LowerAt(BranchPath(path, i), graph, input))];
        return values.Length == 1
            ? values[0]
            : graph.Append(path, [.. values], new ConcatenationPrimitive(values.Sum(value => graph[value].Channels)));
    }

    internal string BranchPath(string path, int branch) => LayerNames.Join(path, Branches.Names[branch]);
}
