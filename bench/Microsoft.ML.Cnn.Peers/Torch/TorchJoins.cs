using static TorchSharp.torch;
using ModuleList = TorchSharp.Modules.ModuleList<TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>>;

namespace Microsoft.ML.Cnn.Peers.Torch;

/// <summary>What two ways make of one input, added.</summary>
internal sealed class TorchSum : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> body;
    private readonly nn.Module<Tensor, Tensor> shortcut;

    public TorchSum(nn.Module<Tensor, Tensor> body, nn.Module<Tensor, Tensor> shortcut)
        : base(nameof(TorchSum))
    {
        this.body = body;
        this.shortcut = shortcut;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => body.call(input) + shortcut.call(input);
}

/// <summary>What branches make of one input, their channels side by side.</summary>
internal sealed class TorchConcatenation : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList branches;

    public TorchConcatenation(IEnumerable<nn.Module<Tensor, Tensor>> branches)
        : base(nameof(TorchConcatenation))
    {
        this.branches = new ModuleList([.. branches]);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => cat([.. branches.Select(branch => branch.call(input))], dim: 1);
}
