using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn.Peers.Networks;

/// <summary>A network with random weights, of which every side gets a copy. It takes planar pixels, as the peers do, and gives the last layer's values.</summary>
internal sealed class ComparedModel : IDisposable
{
    private ComparedModel(ModelDescription description, ParameterStore store)
    {
        Description = description;
        Store = store;
        Layers = [.. PeerLayer.Of(description.Network.Place(description.InputShape))];
    }

    public ModelDescription Description { get; }

    public ParameterStore Store { get; }

    /// <summary>The layers as the peers need to know them.</summary>
    public IReadOnlyList<PeerLayer> Layers { get; }

    /// <summary>
    /// Weights that keep the scale of values through ReLUs, as <see cref="Initializer.He"/> has them, and biases around zero. They are uniform, which a
    /// network of a hundred million weights gets in a second.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="input">The shape of an image.</param>
    /// <param name="convolutions">How this library convolves.</param>
    /// <param name="isFrozen">What a plan that trains leaves as it is; null for nothing.</param>
    public static ComparedModel Create(
        Network network,
        Shape input,
        ConvolutionAlgorithm convolutions,
        Func<ParameterSegment, bool>? isFrozen = null
    )
    {
        IEnumerable<ParameterSegment> segments = ParameterTable.Of(network, input).Segments;
        ParameterStore store = new(
            new ParameterTable(segments.Select(segment => segment with { Frozen = isFrozen?.Invoke(segment) ?? false }))
        );
        foreach (ParameterSegment segment in store.Table.Segments)
        {
            (float center, float limit) = Range(segment);
            uint key = RandomBits.Key(segment.Path);
            Span<float> values = store[segment];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = center + limit * (2 * RandomBits.Uniform(key, (uint)i) - 1);
            }
        }

        return new ComparedModel(Describe(network, input, convolutions), store);
    }

    /// <summary>Another network of layers that this model has too, with its weights.</summary>
    public ComparedModel Part(Network network, Shape input)
    {
        ParameterStore part = new(ParameterTable.Of(network, input));
        foreach (ParameterSegment segment in part.Table.Segments)
        {
            Store[segment.Path].CopyTo(part[segment]);
        }

        return new ComparedModel(Describe(network, input, Description.Convolutions), part);
    }

    public Examples Examples(int count) => Networks.Examples.Random(count, Description.InputShape, Description.OutputLength);

    public void Dispose() => Store.Dispose();

    private static ModelDescription Describe(Network network, Shape input, ConvolutionAlgorithm convolutions) =>
        new(network, input, PixelOrder.Planar, PixelNormalization.None(input.Channels), ModelOutput.Values, [], convolutions);

    private static (float Center, float Limit) Range(ParameterSegment segment)
    {
        if (segment.Shape is not [.. var inputs, _] || inputs.IsEmpty)
        {
            // Of one number a channel, those that multiply or are a variance lie around one.
            bool multiplies = segment.Path.EndsWith('/' + ParameterSpec.Weight, StringComparison.Ordinal);
            bool isVariance = segment.Path.EndsWith('/' + BatchNormalization.RunningVariance, StringComparison.Ordinal);
            return (multiplies || isVariance ? 1 : 0, 0.1f);
        }

        // A uniform number in [-limit, limit) has variance limit^2 / 3; He et al. ask for 2 / fan-in.
        return (0, MathF.Sqrt(6f / inputs.Aggregate(1, (product, side) => product * side)));
    }
}
