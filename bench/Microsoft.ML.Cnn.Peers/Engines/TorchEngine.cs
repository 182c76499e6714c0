using Microsoft.ML.Cnn.Peers.Measuring;
using Microsoft.ML.Cnn.Peers.Networks;
using Microsoft.ML.Cnn.Peers.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Cnn.Peers.Engines;

/// <summary>The same step through TorchSharp, eager.</summary>
internal sealed class TorchEngine : IEngine
{
    private readonly TorchNetwork network;
    private readonly optim.Optimizer optimizer;
    private readonly CrossEntropyLoss loss = nn.CrossEntropyLoss();
    private readonly Tensor images;
    private readonly Tensor labels;
    private readonly bool trains;

    public TorchEngine(ComparedModel model, Workload workload)
    {
        set_num_threads(workload.Threads);
        trains = workload.Mode == Mode.Train;
        bool channelsLast = workload.Setting == Setting.ChannelsLast;
        network = new TorchNetwork(model, channelsLast);
        network.Module.train(trains);
        Examples examples = model.Examples(workload.Batch);
        images = tensor(examples.Images, examples.Dimensions);
        images = channelsLast ? TorchNetwork.ChannelsLast(images) : images;
        labels = tensor(Array.ConvertAll(examples.Labels, label => (long)label));
        optimizer = optim.SGD(network.Module.parameters(), 0.001, momentum: 0.9);
    }

    public void Step()
    {
        using DisposeScope scope = NewDisposeScope();
        if (!trains)
        {
            using IDisposable inference = inference_mode();
            network.Module.call(images);
            return;
        }

        optimizer.zero_grad();
        Tensor value = loss.call(network.Module.call(images), labels);
        value.backward();
        optimizer.step();
    }

    public void Dispose()
    {
        optimizer.Dispose();
        network.Dispose();
        loss.Dispose();
        images.Dispose();
        labels.Dispose();
    }
}
