using Microsoft.ML.Cnn.Peers.Engines;
using Microsoft.ML.Cnn.Peers.Measuring;
using Microsoft.ML.Cnn.Peers.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Cnn.Peers.Parts;

/// <summary>The same product by libtorch.</summary>
internal sealed class TorchProductEngine : IPartEngine
{
    private readonly Tensor left;
    private readonly Tensor right;
    private readonly Tensor? product;

    public TorchProductEngine(int side, float[] left, float[] right, Workload workload)
    {
        set_num_threads(workload.Threads);
        this.left = tensor(left, side, side);
        this.right = tensor(right, side, side);
        product = workload.Setting == Setting.SameMatrix ? zeros(side, side) : null;
    }

    public void Step()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        Multiply();
    }

    public float[] Result()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        return TorchNumbers.Of(Multiply());
    }

    public void Dispose()
    {
        left.Dispose();
        right.Dispose();
        product?.Dispose();
    }

    private Tensor Multiply() => product is null ? mm(left, right) : product.addmm_(left, right, beta: 0, alpha: 1);
}
