using BenchmarkDotNet.Attributes;
using Microsoft.ML.Cnn.Benchmarks.Columns;
using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Benchmarks.Kernels;

/// <summary>The micro-kernel in the first cache level, and products of square matrices, on one thread for every vector width of this machine.</summary>
public class MatrixBenchmarks : IWorkload
{
    private readonly KernelMemory memory = new();
    private InstructionSet set;
    private GatedKernel tile = null!;
    private Action large = null!;
    private Action small = null!;

    /// <summary>The vectors, by the name of their instruction set.</summary>
    [ParamsSource(nameof(AllVectors))]
    public string Vectors { get; set; } = CnnRuntime.InstructionSet;

    /// <summary>Those that this machine runs at full speed.</summary>
    public static IEnumerable<string> AllVectors => VectorWidths.All.Select(set => set.ToString());

    [GlobalSetup]
    public void Prepare()
    {
        set = Enum.Parse<InstructionSet>(Vectors);
        tile = Tallest();
        large = SimdDispatch.Run(set, new Product(memory, side: 1024));
        small = SimdDispatch.Run(set, new Product(memory, side: 512));
    }

    [Benchmark(Baseline = true, Description = "multiply-adds alone")]
    public float Peak() => FmaPeak.Run(set);

    [Benchmark(Description = "micro-kernel, depth 256")]
    public void MicroKernel() => tile.Run();

    [Benchmark(Description = "GEMM, 1024 x 1024 x 1024")]
    public void Gemm1024() => large();

    [Benchmark(Description = "GEMM, 512 x 512 x 512")]
    public void Gemm512() => small();

    Work IWorkload.Of(string method) =>
        method switch
        {
            nameof(Peak) => new(FmaPeak.FlopOf(Enum.Parse<InstructionSet>(Vectors))),
            nameof(MicroKernel) => new(Tallest().Flop),
            nameof(Gemm1024) => new(2.0 * 1024 * 1024 * 1024),
            _ => new(2.0 * 512 * 512 * 512),
        };

    private GatedKernel Tallest() => SimdDispatch.Run(Enum.Parse<InstructionSet>(Vectors), new GatedKernels())[0];

    private sealed unsafe class Product(KernelMemory memory, int side) : IVectorFactory<Action>
    {
        public Action Create<V>()
            where V : struct, IVector<V>
        {
            (Matrix a, Matrix b, Matrix c) = (memory.Matrix(side, side), memory.Matrix(side, side), memory.Matrix(side, side));
            float* scratch = memory.Random(BlockGemm<V>.ScratchLength);
            return () => BlockGemm<V>.Multiply(a, b, c, scratch);
        }
    }
}
