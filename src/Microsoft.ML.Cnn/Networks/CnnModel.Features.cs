using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.ML.Cnn.Networks;

namespace Microsoft.ML.Cnn;

public sealed partial class CnnModel
{
    /// <summary>The beginnings of this model that were asked for, by the path of their last layer.</summary>
    private readonly ConcurrentDictionary<string, CnnModel> beginnings = [];

    /// <summary>
    /// The activations of a layer for one image, computed on the caller's thread: the layer's own, before any ReLU that follows it. Layers behind it
    /// are not run.
    /// </summary>
    /// <param name="pixels">As many values as <see cref="InputShape"/> has, in the order that <see cref="PixelOrder"/> says.</param>
    /// <param name="layer">The path of the layer, such as <c>conv1</c> or <c>block2.conv1</c>, as <see cref="Network.Summary"/> lists them.</param>
    /// <exception cref="ArgumentException">There is no such layer, or there are more or fewer pixels than the image has.</exception>
    public FeatureMaps ExtractFeatures(ReadOnlySpan<float> pixels, string layer)
    {
        CnnModel beginning = UpTo(layer);
        return new FeatureMaps(layer, beginning.Description.OutputShape, [.. beginning.Predict(pixels)]);
    }

    /// <summary>The beginning of this model, whose output is what a layer makes. It shares the weights.</summary>
    /// <param name="layer">The path of the layer, or of a block.</param>
    /// <exception cref="ArgumentException">There is no such layer.</exception>
    internal CnnModel UpTo(string layer)
    {
        ArgumentException.ThrowIfNullOrEmpty(layer);
        return beginnings.GetOrAdd(layer, Begin);
    }

    private CnnModel Begin(string layer)
    {
        _ = new LayerSelection(Network, InputShape).UpTo(layer, nameof(layer));
        Network network = Network.UpTo(layer);

        // The first buffers of a network are those of its first layers, at the same places.
        int segments = ParameterTable.Of(network, InputShape).Segments.Length;
        ParameterTable table = new(Segments.Take(segments));
        return new CnnModel(
            Description with
            {
                Network = network,
                Output = ModelOutput.Values,
                ClassNames = [],
                OutputLayer = layer,
            },
            new ParameterStore(table, Store.Parameters, Store.State)
        );
    }
}

/// <summary>What a layer makes of one image: a map for each of its channels. <see cref="CnnModel.ExtractFeatures"/> gives it.</summary>
public sealed class FeatureMaps
{
    internal FeatureMaps(string layer, Shape shape, ImmutableArray<float> values) => (Layer, Shape, Values) = (layer, shape, values);

    /// <summary>The path of the layer.</summary>
    public string Layer { get; }

    /// <summary>Height and width of a map in pixels, and the number of maps. A dense layer gives maps of one pixel.</summary>
    public Shape Shape { get; }

    /// <summary>All values, <c>[Height, Width, Channels]</c>.</summary>
    public ImmutableArray<float> Values { get; }

    /// <summary>One value.</summary>
    /// <param name="row">From 0, downwards.</param>
    /// <param name="column">From 0, to the right.</param>
    /// <param name="channel">The number of the map, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not less than that of <see cref="Shape"/>, or is negative.</exception>
    public float this[int row, int column, int channel]
    {
        get
        {
            Within(row, Shape.Height, nameof(row));
            Within(column, Shape.Width, nameof(column));
            Within(channel, Shape.Channels, nameof(channel));
            return Values[(row * Shape.Width + column) * Shape.Channels + channel];
        }
    }

    /// <summary>A copy of one map, <c>[Height, Width]</c>.</summary>
    /// <param name="channel">The number of the map, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such map.</exception>
    public float[] Map(int channel)
    {
        Within(channel, Shape.Channels, nameof(channel));
        float[] map = new float[Shape.Height * Shape.Width];
        for (int pixel = 0; pixel < map.Length; pixel++)
        {
            map[pixel] = Values[pixel * Shape.Channels + channel];
        }

        return map;
    }

    private static void Within(int number, int count, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, count, name);
    }
}
