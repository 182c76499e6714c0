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
    private Action gemm1024 = null!;
    private Action gemm512 = null!;
    private Action denseForward = null!;
    private Action denseDataGradient = null!;
    private Action denseWeightGradient = null!;
    private Action direct = null!;
    private Action first = null!;
    private Action winograd = null!;
    private Action winogradWeights = null!;
    private Action winograd5 = null!;
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
        gemm1024 = runs[nameof(Gemm1024)];
        gemm512 = runs[nameof(Gemm512)];
        denseForward = runs[nameof(DenseForward)];
        denseDataGradient = runs[nameof(DenseDataGradient)];
        denseWeightGradient = runs[nameof(DenseWeightGradient)];
        direct = runs[nameof(Direct56x56x64)];
        first = runs[nameof(Direct224x224x3)];
        winograd = runs[nameof(Winograd56x56x64)];
        winogradWeights = runs[nameof(WinogradWeights56x56x64)];
        winograd5 = runs[nameof(Winograd27x27x96)];
        laneC1 = runs[nameof(LaneC1)];
        laneC3 = runs[nameof(LaneC3)];
    }

    [Benchmark(Baseline = true, Description = "multiply-adds alone")]
    public void FmaPeak() => fmaPeak();

    [Benchmark(Description = "micro-kernel, depth 256")]
    public void MicroKernel() => microKernel();

    [Benchmark(Description = "GEMM, 1024 x 1024 x 1024")]
    public void Gemm1024() => gemm1024();

    [Benchmark(Description = "GEMM, 512 x 512 x 512")]
    public void Gemm512() => gemm512();

    [Benchmark(Description = "dense forward, 16 x 9216 x 4096")]
    public void DenseForward() => denseForward();

    [Benchmark(Description = "dense data gradient, 9216 x 4096 x 16, B transposed")]
    public void DenseDataGradient() => denseDataGradient();

    [Benchmark(Description = "dense weight gradient, 9216 x 16 x 4096, A transposed")]
    public void DenseWeightGradient() => denseWeightGradient();

    [Benchmark(Description = "direct convolution, 56 x 56, 64 to 64 channels, 3 x 3")]
    public void Direct56x56x64() => direct();

    [Benchmark(Description = "direct convolution, 224 x 224, 3 to 64 channels, 3 x 3")]
    public void Direct224x224x3() => first();

    // Shares beyond 100: what counts are the operations of the definition.
    [Benchmark(Description = "Winograd, 56 x 56, 64 to 64 channels, 3 x 3")]
    public void Winograd56x56x64() => winograd();

    [Benchmark(Description = "Winograd, the same, gradient of filters")]
    public void WinogradWeights56x56x64() => winogradWeights();

    [Benchmark(Description = "Winograd, 27 x 27, 96 to 256 channels, 5 x 5")]
    public void Winograd27x27x96() => winograd5();

    [Benchmark(Description = "lane convolution, C1 of LeNet-5")]
    public void LaneC1() => laneC1();

    [Benchmark(Description = "lane convolution, C3 of LeNet-5")]
    public void LaneC3() => laneC3();

    Work IWorkload.Of(string method) => new(Flop: Runs().Flop(method));

    private IKernelRuns Runs() => SimdDispatch.Run(Enum.Parse<InstructionSet>(Vectors), new KernelRunsFactory());
}
