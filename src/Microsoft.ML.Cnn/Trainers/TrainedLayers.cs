using Microsoft.ML.Cnn.Networks;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>Which layers of a network are trained, and at what share of the learning rate: what the options say of body and output layer.</summary>
internal static class TrainedLayers
{
    /// <param name="network">The network to be trained, its output layer included.</param>
    /// <param name="shape">The shape of its images.</param>
    /// <param name="options">Of the trainer.</param>
    /// <returns>The network's table, with frozen segments and rates.</returns>
    /// <exception cref="ArgumentException">An option names a layer that there is not, or nothing would be left to train.</exception>
    public static ParameterTable Of(Network network, Shape shape, CnnTrainerOptions options)
    {
        LayerSelection layers = new(network, shape);
        HashSet<string> frozen = options.FreezeUpTo is null ? [] : [.. layers.UpTo(options.FreezeUpTo, nameof(options.FreezeUpTo))];
        foreach (string pattern in options.Frozen)
        {
            frozen.UnionWith(layers.Matching(pattern, nameof(options.Frozen)));
        }

        ParameterTable table = new(
            ParameterTable
                .Of(network, shape)
                .Segments.Select(segment =>
                    segment with
                    {
                        Frozen = frozen.Contains(segment.Layer),
                        RateMultiplier = segment.Layer == Network.OutputName ? 1 : options.BodyLearningRateMultiplier,
                    }
                )
        );
        return table.Trainable.Any(segment => !segment.Frozen)
            ? table
            : throw new ArgumentException(
                $"{nameof(options.FreezeUpTo)} and {nameof(options.Frozen)} freeze every layer, and nothing is left to train. What would work: to leave out '{Network.OutputName}', which fits the label.",
                options.FreezeUpTo is null ? nameof(options.Frozen) : nameof(options.FreezeUpTo)
            );
    }
}
