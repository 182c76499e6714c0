using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Peers.Networks;
using static TorchSharp.torch;
using BatchNorm2d = TorchSharp.Modules.BatchNorm2d;
using Conv2d = TorchSharp.Modules.Conv2d;
using Linear = TorchSharp.Modules.Linear;
using Parameter = TorchSharp.Modules.Parameter;
using Sequential = TorchSharp.Modules.Sequential;

namespace Microsoft.ML.Cnn.Peers.Torch;

/// <summary>A network's layers as modules of libtorch, with copies of its weights.</summary>
internal sealed class TorchNetwork : IDisposable
{
    private readonly List<TorchParameter> parameters = [];
    private readonly ParameterStore store;
    private readonly bool channelsLast;

    /// <param name="layers">The model's layers, or some of them.</param>
    /// <param name="store">The model's weights.</param>
    /// <param name="channelsLast">Whether filters lie in memory with their channels last.</param>
    public TorchNetwork(IReadOnlyList<PeerLayer> layers, ParameterStore store, bool channelsLast = false)
    {
        this.store = store;
        this.channelsLast = channelsLast;
        Module = nn.Sequential(
            layers.Select((layer, index) => (layer.Placed.Path.Replace('.', '_'), Create(layer, Before(layers, index))))
        );
    }

    public Sequential Module { get; }

    public IReadOnlyList<TorchParameter> Parameters => parameters;

    /// <summary>The same numbers with channels last, by permuted strides: TorchSharp has no call that sets a memory format.</summary>
    public static Tensor ChannelsLast(Tensor images) => images.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    public void Dispose() => Module.Dispose();

    private static Layer? Before(IReadOnlyList<PeerLayer> layers, int index) => index > 0 ? layers[index - 1].Layer : null;

    private nn.Module<Tensor, Tensor> Create(PeerLayer layer, Layer? before) =>
        layer.Layer switch
        {
            Conv2D conv => Convolution(layer, conv),
            Dense dense => Linear(layer, dense),
            BatchNormalization norm => Normalization(layer, norm),
            LocalResponseNormalization norm => nn.LocalResponseNorm(norm.Size, norm.Alpha * norm.Size, norm.Beta, norm.K),
            MaxPool2D pool => nn.MaxPool2d(
                Pair(pool.Kernel),
                Pair(pool.Stride),
                Pair(pool.Padding, pool),
                ceil_mode: pool.Rounding == Rounding.Ceiling
            ),
            AveragePool2D pool => nn.AvgPool2d(
                Pair(pool.Kernel),
                Pair(pool.Stride),
                Pair(pool.Padding, pool),
                ceil_mode: pool.Rounding == Rounding.Ceiling,
                count_include_pad: pool.CountPadding
            ),
            AdaptiveAveragePool2D pool => nn.AdaptiveAvgPool2d(Pair(pool.Output)),
            GlobalAveragePool2D => nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()),

            // In place, where nothing else reads what it overwrites.
            ReLU => nn.ReLU(inplace: before is Conv2D or Dense),
            Tanh => nn.Tanh(),
            Sigmoid => nn.Sigmoid(),
            Dropout dropout => nn.Dropout(dropout.Rate),
            Flatten => nn.Flatten(),
            _ => throw new NotSupportedException($"The comparison has no module of libtorch for {layer.Layer}."),
        };

    private Conv2d Convolution(PeerLayer layer, Conv2D conv)
    {
        if (conv.Border != Border.Zero || conv.Rounding == Rounding.Ceiling)
        {
            throw new NotSupportedException($"The comparison has no module of libtorch for {conv}.");
        }

        // On no device at first: its own random weights would be made in vain.
        Conv2d module = nn.Conv2d(
            layer.Placed.Input.Channels,
            conv.Filters,
            Pair(conv.Kernel),
            Pair(conv.Stride),
            Pair(conv.Padding, conv),
            Pair(conv.Dilation),
            groups: conv.Groups,
            bias: conv.Bias,
            device: META
        );
        module.weight = Weight(layer);
        if (conv.Bias)
        {
            module.bias = Bias(layer);
        }

        return module;
    }

    private Linear Linear(PeerLayer layer, Dense dense)
    {
        Linear module = nn.Linear(layer.Placed.Input.Length, dense.Units, dense.Bias, device: META);
        module.weight = Weight(layer);
        if (dense.Bias)
        {
            module.bias = Bias(layer);
        }

        return module;
    }

    private BatchNorm2d Normalization(PeerLayer layer, BatchNormalization norm)
    {
        BatchNorm2d module = nn.BatchNorm2d(layer.Outputs, norm.Epsilon, norm.Momentum);
        module.weight = Vector(layer.WeightPath);
        module.bias = Bias(layer);
        module.running_mean = tensor(store[ParameterTable.PathOf(layer.Placed.Path, BatchNormalization.RunningMean)].ToArray());
        module.running_var = tensor(store[ParameterTable.PathOf(layer.Placed.Path, BatchNormalization.RunningVariance)].ToArray());
        return module;
    }

    private Parameter Weight(PeerLayer layer)
    {
        Tensor values = tensor(layer.InPeerOrder(store[layer.WeightPath]), layer.WeightShape);
        return Keep(layer.WeightPath, channelsLast && layer.Layer is Conv2D ? ChannelsLast(values) : values, layer.InPeerOrder);
    }

    private Parameter Bias(PeerLayer layer) => Vector(layer.BiasPath);

    private Parameter Vector(string path) => Keep(path, tensor(store[path].ToArray()), ours => ours.ToArray());

    private Parameter Keep(string path, Tensor values, InPeerOrder order)
    {
        Parameter parameter = new(values);
        parameters.Add(new TorchParameter(path, parameter, order));
        return parameter;
    }

    private static (long, long) Pair(Size2D size) => (size.Height, size.Width);

    private static (long, long) Pair(Padding padding, Layer layer) =>
        padding is { IsSame: false } && (padding.Top, padding.Left) == (padding.Bottom, padding.Right)
            ? (padding.Top, padding.Left)
            : throw new NotSupportedException($"libtorch pads both sides by one number; {layer} pads by {padding}.");
}

/// <summary>Numbers of this library's in the peers' order.</summary>
internal delegate float[] InPeerOrder(ReadOnlySpan<float> ours);

/// <summary>A parameter of libtorch and the one of this library's that it is a copy of.</summary>
internal sealed record TorchParameter(string Path, Parameter Tensor, InPeerOrder Order);
