using static TorchSharp.torch;

namespace Microsoft.ML.Cnn.Peers.Torch;

/// <summary>Numbers out of libtorch.</summary>
internal static class TorchNumbers
{
    /// <summary>A copy of those of a tensor, the last dimension contiguous.</summary>
    public static float[] Of(Tensor tensor)
    {
        using Tensor contiguous = tensor.detach().contiguous();
        return contiguous.data<float>().ToArray();
    }
}
