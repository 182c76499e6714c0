using BenchmarkDotNet.Attributes;
using Microsoft.ML.Cnn.Benchmarks.Columns;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Benchmarks.Kernels;

/// <summary>Kernels on one thread, for every vector width of this machine.</summary>
public class KernelBenchmarks : IWorkload
{
    // Kept, since it owns the memory that the actions work on.
    private IKernelRuns runs = null!;
    private Action fmaPeak = null!;
    private Action microKernel = null!;
    private Action panelGemm = null!;
    private Action direct = null!;
    private Action laneC1 = null!;
    private Action laneC3 = null!;

    /// <summary>The vectors, by the name of their instruction set.</summary>
    [ParamsSource(nameof(AllVectors))]
    public string Vectors { get; set; } = CnnRuntime.InstructionSet;

    /// <summary>Those that this machine runs at full speed.</summary>
    public static IEnumerable<string> AllVectors =>
        Enum.GetValues<InstructionSet>().Where(set => set <= SimdDispatch.Best).Select(set => set.ToString());

    [GlobalSetup]
    public void Prepare()
    {
        runs = Runs();
        fmaPeak = runs[nameof(FmaPeak)];
        microKernel = runs[nameof(MicroKernel)];
        panelGemm = runs[nameof(PanelGemm1024)];
        direct = runs[nameof(Direct56x56x64)];
        laneC1 = runs[nameof(LaneC1)];
        laneC3 = runs[nameof(LaneC3)];
    }

    [Benchmark(Baseline = true, Description = "multiply-adds alone")]
    public void FmaPeak() => fmaPeak();

    [Benchmark(Description = "micro-kernel, depth 256")]
    public void MicroKernel() => microKernel();

    [Benchmark(Description = "panel GEMM, 1024 x 1024 x 1024")]
    public void PanelGemm1024() => panelGemm();

    [Benchmark(Description = "direct convolution, 56 x 56, 64 to 64 channels, 3 x 3")]
    public void Direct56x56x64() => direct();

    [Benchmark(Description = "lane convolution, C1 of LeNet-5")]
    public void LaneC1() => laneC1();

    [Benchmark(Description = "lane convolution, C3 of LeNet-5")]
    public void LaneC3() => laneC3();

    Work IWorkload.Of(string method) => new(Flop: Runs().Flop(method));

    private IKernelRuns Runs() => SimdDispatch.Run(Enum.Parse<InstructionSet>(Vectors), new KernelRunsFactory());
}
