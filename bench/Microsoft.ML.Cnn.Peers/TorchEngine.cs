using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Cnn.Peers;

/// <summary>The same step through TorchSharp, eager.</summary>
internal sealed class TorchEngine : IEngine
{
    private readonly nn.Module<Tensor, Tensor> network;
    private readonly optim.Optimizer optimizer;
    private readonly CrossEntropyLoss loss = nn.CrossEntropyLoss();
    private readonly Tensor images;
    private readonly Tensor labels;
    private readonly bool trains;

    public TorchEngine(Workload workload)
    {
        set_num_threads(workload.Threads);
        (network, long[] shape, int classes) = ComparedNetworks.Torch(workload.Net);
        trains = workload.Mode == "train";
        network.train(trains);
        images = randn([workload.Batch, .. shape]);
        if (workload.Engine == Workload.LibtorchChannelsLast)
        {
            // Channels last by permuted strides: TorchSharp has no call that sets a memory format.
            images = images.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        }

        labels = randint(0, classes, [workload.Batch], int64);
        optimizer = optim.SGD(network.parameters(), 0.001, momentum: 0.9);
    }

    public void Step()
    {
        using DisposeScope scope = NewDisposeScope();
        if (!trains)
        {
            using IDisposable inference = inference_mode();
            network.call(images);
            return;
        }

        optimizer.zero_grad();
        Tensor value = loss.call(network.call(images), labels);
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
