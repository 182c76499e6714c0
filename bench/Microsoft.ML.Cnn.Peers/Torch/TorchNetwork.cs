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
    private readonly Dictionary<string, PeerLayer> layers;
    private readonly ParameterStore store;
    private readonly bool channelsLast;

    /// <param name="model">The network and its weights.</param>
    /// <param name="channelsLast">Whether filters lie in memory with their channels last.</param>
    /// <param name="first">The network's first layer that is wanted.</param>
    public TorchNetwork(ComparedModel model, bool channelsLast = false, int first = 0)
    {
        layers = model.Layers.ToDictionary(layer => layer.Placed.Path);
        store = model.Store;
        this.channelsLast = channelsLast;
        Module = Sequence(model.Description.Network.Layers, path: "", first);
    }

    public Sequential Module { get; }

    public IReadOnlyList<TorchParameter> Parameters => parameters;

    /// <summary>The same numbers with channels last, by permuted strides: TorchSharp has no call that sets a memory format.</summary>
    public static Tensor ChannelsLast(Tensor images) => images.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    public void Dispose() => Module.Dispose();

    private Sequential Sequence(LayerSequence sequence, string path, int first = 0) =>
        nn.Sequential(
            Enumerable
                .Range(first, sequence.Count - first)
                .Select(i =>
                    (
                        sequence.Names[i],
                        Create(sequence[i], LayerNames.Join(path, sequence.Names[i]), before: i > first ? sequence[i - 1] : null)
                    )
                )
        );

    private nn.Module<Tensor, Tensor> Create(Layer layer, string path, Layer? before = null) =>
        layer switch
        {
            Block block => Sequence(block.Layers, path),
            Residual residual => new TorchSum(
                Create(residual.Body, residual.BodyPath(path)),
                Create(residual.Shortcut ?? new Identity(), residual.ShortcutPath(path))
            ),
            Concatenation joined => new TorchConcatenation(
                joined.Branches.Select((branch, i) => Create(branch, joined.BranchPath(path, i)))
            ),
            Identity => nn.Identity(),
            Conv2D conv => Convolution(layers[path], conv),
            Dense dense => Linear(layers[path], dense),
            BatchNormalization norm => Normalization(layers[path], norm),
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
            LeakyReLU leaky => nn.LeakyReLU(leaky.Slope),
            ELU elu => nn.ELU(elu.Alpha),
            GELU => nn.GELU(),
            SiLU => nn.SiLU(),
            Dropout dropout => nn.Dropout(dropout.Rate),
            Flatten => nn.Flatten(),
            _ => throw new NotSupportedException($"The comparison has no module of libtorch for {layer}."),
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
