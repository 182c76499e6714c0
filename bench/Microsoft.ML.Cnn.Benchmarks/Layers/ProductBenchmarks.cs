using BenchmarkDotNet.Attributes;
using Microsoft.ML.Cnn.Benchmarks.Columns;
using Microsoft.ML.Cnn.Benchmarks.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Benchmarks.Layers;

/// <summary>
/// Convolutions and dense layers as training plans compute them, on one thread for every vector width of this machine. Operations are those of the definition:
/// Winograd's algorithm, which does with fewer, may reach more than the peak. Packing and transforming filters, once a step, is left out.
/// </summary>
public class ProductBenchmarks : IWorkload
{
    private IPlannedLayer planned = null!;
    private InstructionSet set;

    /// <summary>The vectors, by the name of their instruction set.</summary>
    [ParamsSource(nameof(AllVectors))]
    public string Vectors { get; set; } = CnnRuntime.InstructionSet;

    [ParamsSource(nameof(AllLayers))]
    public string Layer { get; set; } = "";

    /// <summary>Those that this machine runs at full speed.</summary>
    public static IEnumerable<string> AllVectors =>
        VectorWidths.All.Where(set => set != InstructionSet.Scalar).Select(set => set.ToString());

    public static IEnumerable<string> AllLayers => LayerCase.Products.Select(layer => layer.ToString());

    private LayerCase Case => LayerCase.Products.First(layer => layer.ToString() == Layer);

    [GlobalSetup]
    public void Prepare()
    {
        set = Enum.Parse<InstructionSet>(Vectors);
        planned = PlannedLayerFactory.Create(Case, set, threads: 1);
    }

    [GlobalCleanup]
    public void Close() => planned.Dispose();

    [Benchmark(Baseline = true, Description = "multiply-adds alone")]
    public float Peak() => FmaPeak.Run(set);

    [Benchmark(Description = "forward")]
    public void Forward() => planned.Forward();

    [Benchmark(Description = "backward")]
    public void Backward() => planned.Backward();

    Work IWorkload.Of(string method) =>
        method switch
        {
            nameof(Peak) => new(FmaPeak.FlopOf(Enum.Parse<InstructionSet>(Vectors))),
            nameof(Forward) => new(Case.Flop, Case.Batch),
            _ => new(Case.BackwardFlop, Case.Batch),
        };
}
