using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Cnn.Samples.Data;
using Microsoft.ML.Cnn.Samples.Printing;
using Microsoft.ML.Cnn.Samples.Reports;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Spectre.Console;

namespace Microsoft.ML.Cnn.Samples.Commands;

/// <summary>Searches, measures the winner once on the test images, which the search never sees, and reports.</summary>
internal sealed class ExperimentRun(ExperimentRequest request, IAnsiConsole console, CancellationToken cancellationToken)
{
    private const int LeadersShown = 10;

    private readonly MLContext _ml = new(request.Seed);

    private string ModelPath => Path.Combine(request.ReportFolder, "winner.zip");

    public void Run()
    {
        DataFolder folder = DataFolder.Open(request.DataFolder, DataFolder.FilesOfBoth);
        PlacedFile.RequireFolder("--report", request.ReportFolder);
        IDataView images = folder.LoadTrain(_ml);
        Announce(images);

        ValueToKeyMappingTransformer keys = _ml
            .Transforms.Conversion.MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Fit(images);
        IDataView train = keys.Transform(images);
        ExperimentProgress progress = new(console, request.Epochs, request.Time);
        CnnExperiment experiment = Experiment(train).SetMonitor(progress.Board);
        Stopwatch watch = Stopwatch.StartNew();
        CnnTrialResult winner = progress.Show(() => experiment.RunAsync(cancellationToken));
        TimeSpan duration = watch.Elapsed;

        ITransformer names = _ml.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(winner.Model!.Transform(train));
        TrainedModel.Save(_ml, new TransformerChain<ITransformer>(keys, winner.Model, names), images.Schema, ModelPath);
        Conclude(experiment, winner, folder.LoadTest(_ml), ImageSet.CountOf(images), duration);
    }

    private CnnExperiment Experiment(IDataView train)
    {
        CnnExperiment experiment = _ml
            .MulticlassClassification.CreateCnnExperiment()
            .SetSeed(request.Seed)
            .SetDataset(train, request.Validation)
            .SetTrainingTimeInSeconds(request.Time.TotalSeconds)
            .SetMaxEpoch(request.Epochs)
            .SetHalving(request.Halving);
        if (request.Models is { } models)
        {
            experiment.SetMaxModelToExplore(models);
        }

        if (request.Workspace is not null)
        {
            experiment.SetCheckpoint(request.Workspace);
        }

        return TunerOption.Apply(request.Tuner, experiment);
    }

    private void Announce(IDataView images)
    {
        console.Heading("Searching for the network and the settings that tell the images apart best");
        string models = request.Models is { } most ? $", at most {most} trials" : "";
        console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Data      {DataFolder.Describe(request.DataFolder)}: {ImageSet.CountOf(images):N0} images, of which {request.Validation:P0} are held out to compare trials"
            )
        );
        console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Search    {request.Time.TotalMinutes:0.##} minutes{models}, tuner {request.Tuner}, {(request.Halving == CnnHalving.None ? "every trial trained to its end" : "weak trials stopped early")}, up to {request.Epochs} epochs, seed {request.Seed}"
            )
        );
        console.WriteLine(
            $"Machine   {Environment.ProcessorCount} threads, {CnnRuntime.InstructionSet}; Ctrl+C ends the search with the best so far"
        );
        console.WriteLine();
    }

    private void Conclude(CnnExperiment experiment, CnnTrialResult winner, IDataView test, long images, TimeSpan duration)
    {
        console.Heading($"The best of {experiment.Trials.Length} trials");
        Leaderboard leaderboard = new(experiment.Trials, request.Epochs);
        console.Write(LeaderboardTable.Of(leaderboard, LeadersShown));

        TrainedModel model = TrainedModel.Load(ModelPath);
        MulticlassClassificationMetrics metrics = TrainedModel.Evaluate(_ml, model.Score(test));
        TestResult.Print(
            console,
            metrics,
            ClassNames.For(test, model.Labels),
            ("validation accuracy", MetricsTable.Number(winner.Metric, "0.0000")),
            ("search", $"{MetricsTable.Number(duration.TotalSeconds, "0.0")} s")
        );

        ImmutableArray<string> files = ExperimentFolder.Write(
            request.ReportFolder,
            Report(experiment, winner, model, test, images, duration, metrics),
            experiment,
            leaderboard
        );
        console.Heading($"Report in {request.ReportFolder}: {string.Join(", ", files.Add(Path.GetFileName(ModelPath)))}");
        if (!ChartFont.IsAvailable)
        {
            console.WriteLine(ChartFont.Missing);
        }
    }

    private ExperimentReport Report(
        CnnExperiment experiment,
        CnnTrialResult winner,
        TrainedModel model,
        IDataView test,
        long images,
        TimeSpan duration,
        MulticlassClassificationMetrics metrics
    )
    {
        using Process self = Process.GetCurrentProcess();
        return new ExperimentReport
        {
            Command = ExperimentCommand.Name,
            Winner = winner.TrialSettings.TrialId,
            Settings = winner.TrialSettings.Parameters,
            Parameters = model.Network.ParameterCount,
            LatencyMilliseconds = winner.LatencyInMilliseconds,
            Images = images,
            TestImages = ImageSet.CountOf(test),
            Epochs = winner.Epochs,
            Seed = request.Seed,
            Tuner = request.Tuner,
            Halving = $"{request.Halving}",
            Trials = experiment.Trials.Length,
            FailedTrials = experiment.Trials.Count(trial => !trial.HasMetric),
            TrialSeconds = experiment.Trials.Sum(trial => trial.DurationInMilliseconds) / 1000,
            SearchSeconds = duration.TotalSeconds,
            ValidationAccuracy = winner.Metric,
            MicroAccuracy = metrics.MicroAccuracy,
            MacroAccuracy = metrics.MacroAccuracy,
            LogLoss = metrics.LogLoss,
            Threads = Environment.ProcessorCount,
            InstructionSet = CnnRuntime.InstructionSet,
            PeakMemoryMegabytes = self.PeakWorkingSet64 / (1024.0 * 1024.0),
        };
    }
}
