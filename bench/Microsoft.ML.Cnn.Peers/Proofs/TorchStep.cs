using Microsoft.ML.Cnn.Peers.Networks;
using Microsoft.ML.Cnn.Peers.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Cnn.Peers.Proofs;

/// <summary>Forward and backward by libtorch: the loss, and all gradients in the memory of their parameters.</summary>
internal static class TorchStep
{
    private static readonly CrossEntropyLoss crossEntropy = nn.CrossEntropyLoss();

    public static double Run(TorchNetwork network, Tensor images, int[] labels)
    {
        using DisposeScope scope = NewDisposeScope();
        network.Module.train();
        network.Module.zero_grad();
        Tensor loss = crossEntropy.call(network.Module.call(images), tensor(Array.ConvertAll(labels, label => (long)label)));
        loss.backward();
        return loss.item<float>();
    }

    public static double Run(TorchNetwork network, Examples examples)
    {
        using Tensor images = tensor(examples.Images, examples.Dimensions);
        return Run(network, images, examples.Labels);
    }
}
