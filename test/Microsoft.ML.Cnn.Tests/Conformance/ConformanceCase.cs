using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tests.Conformance.Reference;

namespace Microsoft.ML.Cnn.Tests.Conformance;

/// <summary>
/// A layer, or a few, in the middle of a network: a 1 x 1 convolution before them, whose gradients show whether that of their input is
/// right, and a dense layer behind them, so that gradients of all sizes and signs come back.
/// </summary>
internal sealed class ConformanceCase
{
    public const int Classes = 5;

    private const int WidestFront = 100;
    private const long FreeProducts = 200_000;
    private const long CheapProducts = 8_000_000;
    private const long AffordableProducts = 40_000_000;

    public ConformanceCase(string name, Shape input, params Layer[] layers)
    {
        (Name, Input, Layers) = (name, input, layers);
        Body = Network.Sequential(layers);
        // Wide inputs go channel by channel, else the front would be most of the work.
        int groups = input.Channels > WidestFront ? input.Channels : 1;
        Layer front = new Conv2D(input.Channels, kernel: 1, groups: groups, weightInitializer: Initializer.Glorot) { Name = "front" };
        Network = Network.Sequential([front, .. layers]).WithOutput(Classes, input);
    }

    public string Name { get; }

    public Shape Input { get; }

    public Layer[] Layers { get; }

    /// <summary>The layers alone.</summary>
    public Network Body { get; }

    /// <summary>The layers with what is put around them.</summary>
    public Network Network { get; }

    /// <summary>Whether no definition gives the numbers while training.</summary>
    public bool IsRandom => AllLayers.Any(layer => layer is Dropout { Rate: > 0 });

    /// <summary>Whether a row's results depend on the others while training.</summary>
    public bool MixesRows => AllLayers.Any(layer => layer is BatchNormalization);

    public IEnumerable<Layer> AllLayers => Network.Place(Input).Select(placed => placed.Layer).Concat(Layers);

    /// <summary>Below and above the number of lanes, with remainders, in several slices, and in more of them than there are shards, where the reference can be paid for.</summary>
    public int[] Batches =>
        (70 * Network.Summary(Input).MultiplyAdds) switch
        {
            < FreeProducts => [1, 3, 16, 37, 300],
            < CheapProducts => [1, 3, 16, 37, 70],
            < AffordableProducts => [1, 5, 17],
            _ => [2],
        };

    public int LargestBatch => Batches[^1];

    public ModelDescription Description
    {
        get => field ??= Describe();
    }

    /// <summary>Parameters as the initializers give them; what would be the same for all channels is moved off its value.</summary>
    public ParameterStore CreateStore()
    {
        ParameterStore store = ParameterStore.Initialize(Network, Input, seed: 5);
        Random random = new(17);
        foreach (ParameterSegment segment in store.Table.Segments)
        {
            Span<float> values = store[segment];
            if (values.IndexOfAnyExcept(values[0]) < 0)
            {
                foreach (ref float value in values)
                {
                    value += random.NextSingle() - 0.5f;
                }
            }
        }

        return store;
    }

    public ReferenceNetwork CreateReference(ParameterStore store, bool training) =>
        new(Network, Input, path => [.. store[path].ToArray().Select(value => (double)value)], training);

    public override string ToString() => Name;

    private ModelDescription Describe() =>
        new(Network, Input, PixelOrder.Interleaved, PixelNormalization.None(Input.Channels), ModelOutput.Values, []);
}
