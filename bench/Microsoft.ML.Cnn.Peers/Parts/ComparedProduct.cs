using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Peers.Engines;
using Microsoft.ML.Cnn.Peers.Measuring;
using Microsoft.ML.Cnn.Peers.Networks;

namespace Microsoft.ML.Cnn.Peers.Parts;

/// <summary>The product of two square matrices, both by rows, on one core.</summary>
internal sealed record ComparedProduct(int Side) : ComparedPart($"gemm-{Side}", $"gemm-{Side}")
{
    public static ComparedProduct OfSide1024 { get; } = new(1024);

    public override string Unit => "products";

    public override double? Flop => 2.0 * Side * Side * Side;

    protected override IReadOnlyList<Setting> TorchSettings => [Setting.NewMatrix, Setting.SameMatrix];

    public override IEnumerable<(string Mode, int Batch)> Cases(int threads) => threads == 1 ? [(Mode.Multiply, 1)] : [];

    public override IPartEngine Start(Workload workload)
    {
        float[] left = Examples.Noise(Side * Side, seed: 1);
        float[] right = Examples.Noise(Side * Side, seed: 2);
        return workload.Setting == Setting.Ours
            ? SimdDispatch.Run(SimdDispatch.Best, new ProductEngineFactory(Side, left, right))
            : new TorchProductEngine(Side, left, right, workload);
    }

    private sealed class ProductEngineFactory(int side, float[] left, float[] right) : IVectorFactory<IPartEngine>
    {
        public IPartEngine Create<V>()
            where V : struct, IVector<V> => new ProductEngine<V>(side, left, right);
    }
}
