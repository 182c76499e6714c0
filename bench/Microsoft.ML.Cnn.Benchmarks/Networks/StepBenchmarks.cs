using BenchmarkDotNet.Attributes;
using Microsoft.ML.Cnn.Benchmarks.Columns;

namespace Microsoft.ML.Cnn.Benchmarks.Networks;

/// <summary>LeNet-5 without a data pipeline: a step of training, and predictions.</summary>
public class StepBenchmarks : IWorkload
{
    private const int BatchSize = 64;

    private BarePlans batch = null!;
    private BarePlans single = null!;

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Prepare() => (batch, single) = (new BarePlans(BatchSize, Threads), new BarePlans(1, Threads));

    [GlobalCleanup]
    public void Close()
    {
        batch.Dispose();
        single.Dispose();
    }

    [Benchmark(Description = "training step, batch 64")]
    public void TrainBatch() => batch.Train();

    [Benchmark(Description = "prediction, batch 64")]
    public float PredictBatch() => batch.Predict();

    [Benchmark(Description = "prediction, one image")]
    public float PredictOne() => single.Predict();

    Work IWorkload.Of(string method) => new(Rows: method == nameof(PredictOne) ? 1 : BatchSize);
}
