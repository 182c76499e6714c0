namespace Microsoft.ML.Cnn.Networks;

/// <summary>Layers that stay as they are, as options name them.</summary>
/// <param name="UpTo">The layer or block up to which, and with which, all do; null for none.</param>
/// <param name="Patterns">Further layers or blocks; <c>*</c> stands for any characters.</param>
/// <param name="UpToOption">What the one is given in.</param>
/// <param name="PatternsOption">What the others are given in.</param>
internal sealed record FrozenLayers(string? UpTo, IReadOnlyList<string> Patterns, string UpToOption, string PatternsOption);

/// <summary>Which layers of a network are trained, and at what share of the learning rate.</summary>
internal static class TrainedLayers
{
    /// <param name="network">The network to be trained, its output layer included.</param>
    /// <param name="shape">The shape of its images.</param>
    /// <param name="frozen">The layers that are not.</param>
    /// <param name="bodyRate">What the learning rate is multiplied by in all layers but the output layer.</param>
    /// <returns>The network's table, with frozen segments and rates.</returns>
    /// <exception cref="ArgumentException">A layer is named that there is not, or nothing would be left to train.</exception>
    public static ParameterTable Of(Network network, Shape shape, FrozenLayers frozen, float bodyRate = 1)
    {
        LayerSelection layers = new(network, shape);
        HashSet<string> paths = frozen.UpTo is null ? [] : [.. layers.UpTo(frozen.UpTo, frozen.UpToOption)];
        foreach (string pattern in frozen.Patterns)
        {
            paths.UnionWith(layers.Matching(pattern, frozen.PatternsOption));
        }

        ParameterTable table = new(
            ParameterTable
                .Of(network, shape)
                .Segments.Select(segment =>
                    segment with
                    {
                        Frozen = paths.Contains(segment.Layer),
                        RateMultiplier = segment.Layer == Network.OutputName ? 1 : bodyRate,
                    }
                )
        );
        return table.Trainable.Any(segment => !segment.Frozen)
            ? table
            : throw new ArgumentException(
                $"{frozen.UpToOption} and {frozen.PatternsOption} freeze every layer, and nothing is left to train. What would work: to leave out {Last(table)}.",
                frozen.UpTo is null ? frozen.PatternsOption : frozen.UpToOption
            );
    }

    private static string Last(ParameterTable table) =>
        table.Trainable.LastOrDefault() is { } last
            ? $"'{last.Layer}', the last layer that has parameters"
            : "nothing, in a network with a layer that has parameters";
}
