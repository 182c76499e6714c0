using BenchmarkDotNet.Attributes;
using Microsoft.ML.Cnn.Benchmarks.Columns;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Benchmarks.Layers;

/// <summary>Layers as training plans run them, with the widest vectors of this machine.</summary>
public class LayerBenchmarks : IWorkload
{
    private IPlannedLayer planned = null!;

    [Params(1, 2)]
    public int Threads { get; set; }

    [ParamsSource(nameof(AllLayers))]
    public string Layer { get; set; } = "";

    public static IEnumerable<string> AllLayers => All.Select(layer => layer.ToString());

    private static IEnumerable<LayerCase> All => [.. LayerCase.Others, .. LayerCase.Products];

    private LayerCase Case => All.First(layer => layer.ToString() == Layer);

    [GlobalSetup]
    public void Prepare() => planned = PlannedLayerFactory.Create(Case, SimdDispatch.Best, Threads);

    [GlobalCleanup]
    public void Close() => planned.Dispose();

    [Benchmark(Description = "forward")]
    public void Forward() => planned.Forward();

    [Benchmark(Description = "backward")]
    public void Backward() => planned.Backward();

    Work IWorkload.Of(string method) => new(Rows: Case.Batch);
}
