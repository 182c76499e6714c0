using BenchmarkDotNet.Attributes;
using Microsoft.ML.Cnn.Benchmarks.Columns;

namespace Microsoft.ML.Cnn.Benchmarks.Networks;

/// <summary>LeNet-5 through ML.NET on images in memory, beside the bare plans that do the same work.</summary>
public class PipelineBenchmarks : IWorkload
{
    private const int Images = 6_400;
    private const int BatchSize = 64;
    private const int ScoredAtOnce = 256;

    private readonly MLContext ml = new(seed: 1);
    private readonly int threads = Environment.ProcessorCount;
    private readonly RandomImage image = RandomImage.Next(new Random(1));
    private IDataView images = null!;
    private CnnMulticlassPredictionTransformer model = null!;
    private PredictionEngine<RandomImage, Prediction> engine = null!;
    private BarePlans training = null!;
    private BarePlans scoring = null!;

    [GlobalSetup]
    public void Prepare()
    {
        images = ml.Data.LoadFromEnumerable(RandomImage.List(Images));
        model = Pipeline.Fit(ml, images, BatchSize, threads);
        engine = ml.Model.CreatePredictionEngine<RandomImage, Prediction>(model);
        (training, scoring) = (new BarePlans(BatchSize, threads), new BarePlans(ScoredAtOnce, threads));
    }

    [GlobalCleanup]
    public void Close()
    {
        engine.Dispose();
        training.Dispose();
        scoring.Dispose();
    }

    [Benchmark(Description = "PredictionEngine.Predict")]
    public float PredictOne() => engine.Predict(image).Score[0];

    [Benchmark(Description = "CnnModel.Predict, one image")]
    public float PredictBare() => model.Model.Model.Predict(image.Features)[0];

    [Benchmark(Description = "CnnModel.Predict, all cores with one model")]
    public void PredictTogether() =>
        Parallel.For(
            0,
            Images,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            () => new float[BarePlans.Classes],
            (_, _, scores) =>
            {
                model.Model.Model.Predict(image.Features, scores);
                return scores;
            },
            _ => { }
        );

    [Benchmark(Description = "model.Transform")]
    public float Transform() => Pipeline.Score(model, images);

    [Benchmark(Description = "bare plan, prediction")]
    public void BarePrediction()
    {
        for (int row = 0; row < Images; row += ScoredAtOnce)
        {
            scoring.Predict();
        }
    }

    [Benchmark(Description = "pipeline.Fit, one epoch")]
    public object Fit() => Pipeline.Fit(ml, images, BatchSize, threads);

    [Benchmark(Description = "bare plan, training")]
    public void BareTraining()
    {
        for (int row = 0; row < Images; row += BatchSize)
        {
            training.Train();
        }
    }

    Work IWorkload.Of(string method) => new(Rows: method is nameof(PredictOne) or nameof(PredictBare) ? 1 : Images);

    private sealed class Prediction
    {
        public float[] Score { get; set; } = [];
    }
}
