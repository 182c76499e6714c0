using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Samples.Data;
using Microsoft.ML.Cnn.Samples.Printing;
using Microsoft.ML.Cnn.Samples.Reports;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Spectre.Console;

namespace Microsoft.ML.Cnn.Samples.Commands;

/// <summary>Trains LeNet-5, measures it, saves it, and predicts with what was saved.</summary>
internal sealed class LeNet5Run(LeNet5Request request, IAnsiConsole console, CancellationToken cancellationToken)
{
    private readonly MLContext _ml = new(request.Seed);

    private string NetworkName => $"LeNet-5 ({VariantOption.NameOf(request.Variant)})";

    public void Run()
    {
        DataFolder folder = DataFolder.Open(request.DataFolder, DataFolder.FilesOfBoth);
        PlacedFile.RequireWritable("--model", request.ModelPath);
        if (request.ReportFolder is not null)
        {
            PlacedFile.RequireFolder("--report", request.ReportFolder);
        }

        IDataView train = folder.LoadTrain(_ml);
        IDataView test = folder.LoadTest(_ml);
        Network network = Architectures.LeNet5(request.Variant, ImageSet.SizeForLeNet5(train));
        Announce(network, train, test);

        TrainingProgress progress = new(console, request.Epochs, validates: request.Validation > 0);
        Stopwatch watch = Stopwatch.StartNew();
        ITransformer model = progress.Show(() => Pipeline(network, progress.Report).Fit(train));
        TimeSpan duration = watch.Elapsed;
        cancellationToken.ThrowIfCancellationRequested();

        TrainedModel.Save(_ml, model, train.Schema, request.ModelPath);
        Conclude(TrainedModel.Load(request.ModelPath), test, duration, progress.History);
    }

    private EstimatorChain<KeyToValueMappingTransformer> Pipeline(Network network, Action<CnnTrainingMetrics> report) =>
        _ml
            .Transforms.Conversion.MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Append(
                _ml.MulticlassClassification.Trainers.Cnn(
                    new CnnMulticlassTrainer.Options
                    {
                        Network = network,
                        Epoch = request.Epochs,
                        BatchSize = request.BatchSize,
                        LearningRate = request.LearningRate,
                        Optimizer = new Sgd(momentum: 0.9f, weightDecay: request.WeightDecay),
                        Threads = request.Threads,
                        Seed = request.Seed,
                        // For the curves alone: the model is that of the last epoch, whatever these images say.
                        ValidationSetFraction = request.Validation > 0 ? request.Validation : null,
                        MetricsCallback = report,
                        WorkspacePath = request.Workspace,
                        CheckpointInterval = request.CheckpointInterval,
                        CancellationToken = cancellationToken,
                    }
                )
            )
            .Append(_ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

    private void Announce(Network network, IDataView train, IDataView test)
    {
        int classes = ImageSet.CountClasses(train);
        int size = ImageSet.SizeForLeNet5(train);
        Network whole = Network.Sequential([.. network.Layers, new Dense(classes) { Name = "output" }]);
        console.Heading($"{NetworkName} on images of {size} x {size} pixels in {classes} classes");
        console.Write(NetworkTable.Of(whole.Summary(new Shape(size, size, 1))));
        console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Data      {DataFolder.Describe(request.DataFolder)}: {ImageSet.CountOf(train):N0} images to train on, {ImageSet.CountOf(test):N0} to measure with"
            )
        );
        console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Training  {request.Epochs} epochs in batches of {request.BatchSize}, learning rate {request.LearningRate} falling along a cosine, seed {request.Seed}"
            )
        );
        console.WriteLine($"Machine   {request.Threads} threads, {CnnRuntime.InstructionSet}");
        console.WriteLine();
    }

    private void Conclude(TrainedModel model, IDataView test, TimeSpan duration, IReadOnlyList<CnnTrainingMetrics> epochs)
    {
        IDataView scored = model.Score(test);
        MulticlassClassificationMetrics metrics = TrainedModel.Evaluate(_ml, scored);
        RunReport run = Report(model, test, duration, epochs, metrics);
        ImmutableArray<string> classes = ClassNames.For(test, model.Labels);

        TestResult.Print(
            console,
            metrics,
            classes,
            ("training", $"{MetricsTable.Number(run.TrainSeconds, "0.0")} s"),
            ("images trained a second", MetricsTable.Number(run.ImagesPerSecond, "N0"))
        );
        console.Heading($"Saved as {request.ModelPath}, and loaded again: the first test images through it");
        TestResult.PrintPredictions(console, scored, classes);

        if (request.ReportFolder is not null)
        {
            ReportFolder.Write(request.ReportFolder, run, epochs, metrics.ConfusionMatrix, classes);
            console.Heading($"Report in {request.ReportFolder}: metrics.json, curves.png, confusion-matrix.png");
            if (!ChartFont.IsAvailable)
            {
                console.WriteLine(ChartFont.Missing);
            }
        }
    }

    private RunReport Report(
        TrainedModel model,
        IDataView test,
        TimeSpan duration,
        IReadOnlyList<CnnTrainingMetrics> epochs,
        MulticlassClassificationMetrics metrics
    )
    {
        using Process self = Process.GetCurrentProcess();
        return new RunReport
        {
            Command = LeNet5Command.Name,
            Network = NetworkName,
            Parameters = model.Network.Network.CountParameters(model.Network.InputShape),
            TrainImages = epochs[^1].TrainImages,
            TestImages = ImageSet.CountOf(test),
            Epochs = request.Epochs,
            Seed = request.Seed,
            MicroAccuracy = metrics.MicroAccuracy,
            MacroAccuracy = metrics.MacroAccuracy,
            LogLoss = metrics.LogLoss,
            TrainSeconds = duration.TotalSeconds,
            ImagesPerSecond = epochs.Sum(epoch => epoch.TrainImages) / duration.TotalSeconds,
            Threads = request.Threads,
            InstructionSet = CnnRuntime.InstructionSet,
            PeakMemoryMegabytes = self.PeakWorkingSet64 / (1024.0 * 1024.0),
        };
    }
}
