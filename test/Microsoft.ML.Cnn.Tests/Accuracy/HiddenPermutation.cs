using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn.Tests.Accuracy;

/// <summary>
/// The same network with its hidden channels in another order: the filters of a convolution, the inputs of the next one and all between them are
/// permuted alike. It computes the same function, and adds the same products in another order.
/// </summary>
internal sealed class HiddenPermutation
{
    /// <summary>For each number of a buffer, where it lies in the network that is not permuted.</summary>
    private readonly Dictionary<string, int[]> sources = [];

    /// <param name="network">Layers one after another; all that have parameters are convolutions without groups, dense, or work channel by channel.</param>
    /// <param name="input">The shape of an image.</param>
    /// <param name="seed">Of the order.</param>
    public HiddenPermutation(Network network, Shape input, int seed)
    {
        Random random = new(seed);
        int[] channels = InOrder(input.Channels);
        foreach (PlacedLayer placed in network.Place(input))
        {
            if (placed.Layer is Flatten)
            {
                int pixels = placed.Input.Height * placed.Input.Width;
                channels = [.. InOrder(pixels).SelectMany(pixel => channels.Select(channel => pixel * channels.Length + channel))];
            }

            bool mixes = placed.Layer is Conv2D or Dense;
            int[] inputs = channels;
            if (mixes)
            {
                channels = InOrder(placed.Output.Channels);
                if (placed.Path != Network.OutputName)
                {
                    random.Shuffle(channels);
                }
            }

            foreach (ParameterSpec spec in placed.Parameters)
            {
                sources[ParameterTable.PathOf(placed.Path, spec.Name)] =
                    mixes && spec.Name == ParameterSpec.Weight ? Weights(spec, inputs, channels) : channels;
            }
        }
    }

    public void Apply(ParameterStore from, ParameterStore to)
    {
        foreach ((string path, int[] source) in sources)
        {
            Span<float> original = from[path];
            Span<float> permuted = to[path];
            for (int i = 0; i < source.Length; i++)
            {
                permuted[i] = original[source[i]];
            }
        }
    }

    public void Undo(ParameterStore from, ParameterStore to)
    {
        foreach ((string path, int[] source) in sources)
        {
            Span<float> permuted = from[path];
            Span<float> original = to[path];
            for (int i = 0; i < source.Length; i++)
            {
                original[source[i]] = permuted[i];
            }
        }
    }

    /// <summary>Of weights that lie as [tap, input, output].</summary>
    private static int[] Weights(ParameterSpec spec, int[] inputs, int[] outputs) =>
        [
            .. from tap in InOrder((int)(spec.Length / inputs.Length / outputs.Length))
            from input in inputs
            from output in outputs
            select (tap * inputs.Length + input) * outputs.Length + output,
        ];

    private static int[] InOrder(int count) => [.. Enumerable.Range(0, count)];
}
