using Microsoft.ML.Cnn.Peers.Engines;
using Microsoft.ML.Cnn.Peers.Measuring;
using Microsoft.ML.Cnn.Peers.Networks;
using Microsoft.ML.Cnn.Peers.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Cnn.Peers.Parts;

/// <summary>One pass of a convolution by libtorch: forward, or one gradient of a graph that is kept.</summary>
internal sealed class TorchLayerEngine : IPartEngine
{
    private readonly TorchNetwork network;
    private readonly Tensor images;
    private readonly Tensor upstream;
    private readonly Tensor? output;
    private readonly Tensor? wanted;

    public TorchLayerEngine(ComparedLayer layer, Workload workload)
    {
        set_num_threads(workload.Threads);
        bool channelsLast = workload.Setting == Setting.ChannelsLast;
        using ComparedModel model = layer.ByItself();
        network = new TorchNetwork(model, channelsLast);
        images = Tensor(layer.Images, layer.Placed.Input);
        upstream = Tensor(layer.Upstream, layer.Placed.Output);
        if (workload.Mode == Mode.Forward)
        {
            return;
        }

        // What no gradient is asked of makes no work.
        Tensor weight = network.Parameters[0].Tensor;
        images.requires_grad = workload.Mode == Mode.InputGradient;
        weight.requires_grad = workload.Mode == Mode.WeightGradient;
        wanted = images.requires_grad ? images : weight;
        output = network.Module.call(images);

        Tensor Tensor(float[] values, Shape shape)
        {
            Tensor planar = tensor(values, workload.Batch, shape.Channels, shape.Height, shape.Width);
            return channelsLast ? TorchNetwork.ChannelsLast(planar) : planar;
        }
    }

    public void Step()
    {
        using DisposeScope scope = NewDisposeScope();
        Compute();
    }

    public float[] Result()
    {
        using DisposeScope scope = NewDisposeScope();
        return TorchNumbers.Of(Compute());
    }

    public void Dispose()
    {
        output?.Dispose();
        upstream.Dispose();
        images.Dispose();
        network.Dispose();
    }

    private Tensor Compute()
    {
        if (output is not null)
        {
            return autograd.grad([output], [wanted!], [upstream], retain_graph: true)[0];
        }

        using IDisposable inference = inference_mode();
        return network.Module.call(images);
    }
}
