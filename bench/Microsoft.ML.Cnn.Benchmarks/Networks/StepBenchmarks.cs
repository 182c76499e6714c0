using BenchmarkDotNet.Attributes;
using Microsoft.ML.Cnn.Benchmarks.Columns;

namespace Microsoft.ML.Cnn.Benchmarks.Networks;

/// <summary>Whole networks without a data pipeline: a step of training with its optimizer, and predictions.</summary>
public class StepBenchmarks : IWorkload
{
    private BarePlans plans = null!;

    [Params(1, 2)]
    public int Threads { get; set; }

    [ParamsSource(nameof(AllNetworks))]
    public string Network { get; set; } = "";

    public static IEnumerable<string> AllNetworks => NamedNetwork.All.Select(network => network.Name);

    private NamedNetwork Named => NamedNetwork.Of(Network);

    [GlobalSetup(Target = nameof(Train))]
    public void PrepareTraining() => plans = Named.Plans(Named.TrainBatch, Threads);

    [GlobalSetup(Target = nameof(PredictBatch))]
    public void PreparePrediction() => plans = Named.Plans(Named.PredictBatch, Threads);

    [GlobalSetup(Target = nameof(PredictOne))]
    public void PrepareOne() => plans = Named.Plans(batchSize: 1, Threads);

    [GlobalCleanup]
    public void Close() => plans.Dispose();

    [Benchmark(Description = "training step")]
    public void Train() => plans.Train();

    [Benchmark(Description = "prediction of a batch")]
    public float PredictBatch() => plans.Predict();

    [Benchmark(Description = "prediction of one image")]
    public float PredictOne() => plans.Predict();

    Work IWorkload.Of(string method) =>
        new(
            Rows: method switch
            {
                nameof(Train) => Named.TrainBatch,
                nameof(PredictBatch) => Named.PredictBatch,
                _ => 1,
            }
        );
}
