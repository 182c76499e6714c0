using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Microsoft.ML.Cnn.Layers.Operations;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>
/// What a body makes of the input, added to the input itself or to what a shortcut makes of it: y = body(x) + shortcut(x). He, Zhang, Ren and Sun
/// 2016, "Deep Residual Learning for Image Recognition", section 3.2; a ReLU behind it, as there, is a layer of its own.
/// </summary>
/// <remarks>Input <c>[N, H, W, C]</c>, output that of the body, which the shortcut must have too. Inside, layers are called <c>residual1.body.conv1</c> and so on.</remarks>
public sealed record Residual : Layer
{
    private readonly ImmutableArray<string> names;

    /// <summary>Creates the layer.</summary>
    /// <param name="body">What is added; several layers as a <see cref="Block"/>.</param>
    /// <param name="shortcut">What the input goes through on the other way; nothing by default.</param>
    /// <exception cref="ArgumentException">Body and shortcut have the same name.</exception>
    [JsonConstructor]
    public Residual(Layer body, Layer? shortcut = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        Body = body;
        Shortcut = shortcut;
        Layer way = shortcut ?? new Identity();
        names = LayerNames.Assign([body with { Name = body.Name ?? "body" }, way with { Name = way.Name ?? "shortcut" }]);
    }

    /// <summary>What is added.</summary>
    public Layer Body { get; }

    /// <summary>What the input goes through on the other way; null where it is added as it is.</summary>
    public Layer? Shortcut { get; }

    /// <summary>Equal in body, shortcut and name.</summary>
    public bool Equals(Residual? other) => other is not null && Name == other.Name && Body == other.Body && Shortcut == other.Shortcut;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Body, Shortcut);

    internal override string Kind => "residual";

    internal override Shape Infer(Shape input, string path)
    {
        Shape body = Body.Infer(input, BodyPath(path));
        Shape shortcut = Shortcut?.Infer(input, ShortcutPath(path)) ?? input;
        return body == shortcut
            ? body
            : throw new ShapeException(
                path,
                input,
                $"the body makes {body}, the shortcut {shortcut}, and only equal shapes can be added. "
                    + $"What would work: a body that makes {shortcut}, or a shortcut that makes {body}, such as a 1 x 1 convolution of {body.Channels} filters with the body's stride."
            );
    }

    internal override IEnumerable<PlacedLayer> Place(Shape input, string path) =>
        [
            .. Body.Place(input, BodyPath(path)),
            .. Shortcut?.Place(input, ShortcutPath(path)) ?? [],
            new PlacedLayer(path, this, input, Infer(input, path)),
        ];

    internal override Value Lower(OperationGraph graph, Value input, string path)
    {
        Value body = Body.LowerAt(BodyPath(path), graph, input);
        Value shortcut = Shortcut?.LowerAt(ShortcutPath(path), graph, input) ?? input;
        return graph.Append(path, [body, shortcut], new SumPrimitive());
    }

    internal string BodyPath(string path) => LayerNames.Join(path, names[0]);

    internal string ShortcutPath(string path) => LayerNames.Join(path, names[1]);
}
