using BenchmarkDotNet.Attributes;
using Microsoft.ML.Cnn.Benchmarks.Columns;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Benchmarks.Kernels;

/// <summary>
/// Kernels that do little with each number, beside plain reading and writing of as much memory in as many streams: in the second cache level, and beyond all caches. On
/// one thread, with the widest vectors of this machine.
/// </summary>
public class MemoryBenchmarks : IWorkload
{
    private const long SmallBytes = 512 << 10;
    private const long LargeBytes = 192 << 20;

    // Filled as benchmarks run: what a kernel moves is known once its memory is laid out.
    private static readonly Dictionary<(long, string), double> moved = [];

    private MemoryKernel kernel = null!;

    /// <summary>Bytes that are worked on.</summary>
    [Params(SmallBytes, LargeBytes)]
    public long Bytes { get; set; } = SmallBytes;

    [ParamsSource(nameof(AllKernels))]
    public string Kernel { get; set; } = "";

    public static IEnumerable<string> AllKernels => MemoryKernels.Names;

    [GlobalSetup]
    public void Prepare()
    {
        MemoryKernel small = Create(SmallBytes);
        WarmUp.Run(small.Run, () => small.Plain());
        kernel = Create(Bytes);
        moved[(Bytes, Kernel)] = kernel.Bytes;
    }

    [GlobalCleanup]
    public void Close() => kernel = null!;

    [Benchmark(Baseline = true, Description = "reading and writing alone")]
    public float Plain() => kernel.Plain();

    [Benchmark(Description = "kernel")]
    public void Run() => kernel.Run();

    Work IWorkload.Of(string method) => new(Bytes: moved.GetValueOrDefault((Bytes, Kernel)));

    private MemoryKernel Create(long bytes) => SimdDispatch.Run(SimdDispatch.Best, new MemoryKernels(bytes, Kernel));
}
