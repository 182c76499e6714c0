using System.Globalization;
using Microsoft.ML.Cnn.Experiments.Tasks;
using Microsoft.ML.Cnn.Experiments.Tuners;
using Microsoft.ML.Cnn.Tests.Experiments.Simulation;
using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Benchmarks.Figures;

/// <summary>
/// Records the learning curves that experiments are simulated with: configurations drawn by random search from <see cref="RecordedSpace"/>, each trained to its end on
/// 1,000 of the shipped images at half their size and measured on 1,000 others. What an epoch takes is processor time of one computing thread, which
/// other work on the machine changes little.
/// </summary>
internal static class CurveRecording
{
    private const int TrainImages = 1_000;
    private const int ValidationImages = 1_000;
    private const int Seed = 1;

    /// <summary>Records until so many seconds of processor time are used up, going on behind what the file holds.</summary>
    public static int Run(double seconds)
    {
        MLContext ml = new(seed: Seed);
        (IDataView train, IDataView validation) = Load(ml);
        RandomSearchTuner tuner = new(RecordedSpace.Create(), Seed);
        int next = File.Exists(RecordedCurve.File) ? File.ReadLines(RecordedCurve.File).Count() : 0;
        for (double used = 0; used < seconds; next++)
        {
            CnnParameters parameters = tuner.Propose(next)!;
            used += Usage.Of(() => File.AppendAllLines(RecordedCurve.File, [Record(ml, parameters, next, train, validation).ToLine()])).Cpu;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{next + 1} recorded in {used:0} s of processor time"));
        }

        return 0;
    }

    private static RecordedCurve Record(MLContext ml, CnnParameters parameters, int number, IDataView train, IDataView validation)
    {
        List<double> accuracies = [];
        List<double> seconds = [];
        TimeSpan before = Environment.CpuUsage.TotalTime;
        CnnMulticlassTrainer.Options options = new()
        {
            Epoch = RecordedSpace.Epochs,
            Threads = 1,
            Seed = Seed + number,
            ValidationSet = validation,
            MetricsCallback = epoch =>
            {
                TimeSpan now = Environment.CpuUsage.TotalTime;
                seconds.Add((now - before).TotalSeconds);
                before = now;
                accuracies.Add(Math.Round(epoch.ValidationAccuracy!.Value, 4));
            },
        };
        OptionNames.Apply(parameters, options, train.Schema);
        try
        {
            ml.MulticlassClassification.Trainers.Cnn(options).Fit(train);
        }
        catch (TrainingDivergedException diverged)
        {
            Console.WriteLine(diverged.Message);
            seconds.Add((Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }

        return new RecordedCurve(parameters, Math.Round(seconds.Order().ElementAt(seconds.Count / 2), 4), [.. accuracies]);
    }

    private static (IDataView Train, IDataView Validation) Load(MLContext ml)
    {
        IDataView rows = FashionMnist.Load(ml, Repository.FashionMnistSubset, "train");
        IDataView keyed = ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
        HalvedImage[] images =
        [
            .. keyed
                .GetColumn<VBuffer<float>>("Features")
                .Zip(keyed.GetColumn<uint>("Label"), (pixels, label) => HalvedImage.Of([.. pixels.DenseValues()], label))
                .Take(TrainImages + ValidationImages),
        ];
        return (ml.Data.LoadFromEnumerable(images[..TrainImages]), ml.Data.LoadFromEnumerable(images[TrainImages..]));
    }

    /// <summary>An image of 28 x 28, each 2 x 2 pixels as their mean.</summary>
    private sealed class HalvedImage
    {
        private const int Side = 14;

        [VectorType(Side, Side)]
        public required float[] Features { get; init; }

        [KeyType(10)]
        public required uint Label { get; init; }

        public static HalvedImage Of(float[] pixels, uint label)
        {
            float[] halved = new float[Side * Side];
            for (int i = 0; i < pixels.Length; i++)
            {
                (int y, int x) = (i / (2 * Side), i % (2 * Side));
                halved[y / 2 * Side + x / 2] += pixels[i] / 4;
            }

            return new HalvedImage { Features = halved, Label = label };
        }
    }
}
