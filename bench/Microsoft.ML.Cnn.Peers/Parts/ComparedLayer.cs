using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Peers.Engines;
using Microsoft.ML.Cnn.Peers.Measuring;
using Microsoft.ML.Cnn.Peers.Networks;

namespace Microsoft.ML.Cnn.Peers.Parts;

/// <summary>
/// A convolution of a network in training, on its own: without bias and ReLU on either side. Here its network's plan runs it; libtorch gets the same input, weights
/// and upstream gradient.
/// </summary>
/// <param name="Net">The network.</param>
/// <param name="Index">Of the convolution among its layers.</param>
/// <param name="Placed">The convolution there.</param>
internal sealed record ComparedLayer(ComparedNetwork Net, int Index, PlacedLayer Placed)
    : ComparedPart("vgg-layers", $"vgg-layer {Placed.Input.Channels}x{Placed.Output.Channels}x{Placed.Output.Height}")
{
    /// <summary>What the layer is called in networks made of it.</summary>
    private const string LayerName = "layer";

    /// <summary>With fewer input channels a convolution is no large product, and Winograd's algorithm does not apply.</summary>
    private const int LeastChannels = 16;

    /// <summary>Of the networks that are made of such, each shape once.</summary>
    public static IReadOnlyList<ComparedLayer> All { get; } =
    [
        .. new[] { ComparedNetwork.Vgg16, ComparedNetwork.VggSmall }
            .SelectMany(net => net.Layers.Place(net.Input).Select((placed, i) => new ComparedLayer(net, i, placed)))
            .Where(layer => layer.Placed is { Layer: Conv2D, Input.Channels: >= LeastChannels })
            .DistinctBy(layer => layer.Name),
    ];

    public static string WeightPath { get; } = ParameterTable.PathOf(LayerName, ParameterSpec.Weight);

    protected override IReadOnlyList<Setting> TorchSettings => [Setting.Nchw, Setting.ChannelsLast];

    /// <summary>[images, channels, height, width], as after the ReLU before it.</summary>
    public float[] Images => [.. Examples.Noise(checked((int)(Net.TrainBatch * Placed.Input.Length)), seed: 1).Select(MathF.Abs)];

    /// <summary>The gradient of what it makes, [images, filters, height, width].</summary>
    public float[] Upstream => Examples.Noise(checked((int)(Net.TrainBatch * Placed.Output.Length)), seed: 2);

    public override IEnumerable<(string Mode, int Batch)> Cases(int threads) =>
        from mode in new[] { Mode.Forward, Mode.InputGradient, Mode.WeightGradient }
        select (mode, Net.TrainBatch);

    public override IPartEngine Start(Workload workload) =>
        workload.Setting == Setting.Ours ? new LayerEngine(this, workload) : new TorchLayerEngine(this, workload);

    /// <summary>
    /// The network up to its dense layers, of which a pass of this layer is what has to be computed: the gradient of the weights where nothing else learns, that of the
    /// input where all else does.
    /// </summary>
    public ComparedModel Among(string mode, ConvolutionAlgorithm convolutions) =>
        ComparedModel.Create(
            Network.Sequential([
                .. Net.Layers.Layers.Take(Index),
                Alone,
                // Without the ReLU behind it.
                .. Net.Layers.Layers.Skip(Index + 2).TakeWhile(layer => layer is not Flatten),
            ]),
            Net.Input,
            convolutions,
            isFrozen: segment => (segment.Path == WeightPath) == (mode == Mode.InputGradient)
        );

    /// <summary>A network of this layer, with the same weights.</summary>
    public ComparedModel ByItself() => ComparedModel.Create(Network.Sequential(Alone), Placed.Input, ConvolutionAlgorithm.Automatic);

    private Conv2D Alone
    {
        get
        {
            Conv2D conv = (Conv2D)Placed.Layer;
            return new Conv2D(conv.Filters, conv.Kernel, conv.Stride, conv.Padding, bias: false) { Name = LayerName };
        }
    }
}
