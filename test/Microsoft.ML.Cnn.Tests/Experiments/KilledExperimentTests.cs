using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Cnn.Tests.Packaging;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Experiments;

/// <summary>An experiment in a process of its own that is killed, without a moment to clean up, and started again.</summary>
public sealed class KilledExperimentTests : IDisposable
{
    /// <summary>Asks for more kills than the few that a test run has time for.</summary>
    private const string KillsVariable = "CNN_KILLS";

    /// <summary>Tells the process that is killed where its experiment is.</summary>
    private const string FolderVariable = "CNN_KILLED_EXPERIMENT";

    /// <summary>That the journal grows by between two kills: a line has some hundreds.</summary>
    private const int MostBytes = 3000;

    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable(KillsVariable) ?? "3", CultureInfo.InvariantCulture);

    private readonly TemporaryFolder folder = new();

    private long Written => new FileInfo(Journal) is { Exists: true } journal ? journal.Length : 0;

    private string Journal => folder.PathOf("experiment/trials.jsonl");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Trials_and_winner_are_those_of_one_that_was_left_alone()
    {
        string[] expected = Run(checkpoint: null);
        Random random = new(1);
        for (int kill = 0; kill < Kills; kill++)
        {
            await KillOnceItHasWritten(random.Next(1, MostBytes));
        }

        Assert.True(File.Exists(Journal));
        Assert.Equal(expected, Run(folder.PathOf("experiment")));
    }

    /// <summary>Is run by the other test only, in a process that is killed.</summary>
    [Fact(Explicit = true)]
    public void The_experiment_that_is_killed() => Run(Environment.GetEnvironmentVariable(FolderVariable));

    private static string[] Run(string? checkpoint)
    {
        MLContext context = new(seed: 1);
        CnnExperiment experiment = context
            .MulticlassClassification.CreateCnnExperiment(new CnnExperimentSettings { Seed = 2, MaxModels = 8 })
            .SetDataset(TinyImages.View(context, 60), 0.25)
            .SetMaxEpoch(9);
        if (checkpoint is not null)
        {
            experiment.SetCheckpoint(checkpoint);
        }

        CnnTrialResult best = experiment.Run();
        CnnModel model = Assert.IsType<CnnMulticlassPredictionTransformer>(best.Model).Model.Model;
        return
        [
            .. experiment.Trials.Select(SmallExperiment.Describe),
            SmallExperiment.Describe(best),
            .. model.Segments.Select(segment => $"{segment.Path} {string.Join(' ', model.GetParameter(segment.Path))}"),
        ];
    }

    /// <summary>Kills the process once its journal has grown by so many bytes, in the midst of whatever it does then.</summary>
    private async Task KillOnceItHasWritten(long bytes)
    {
        using Process process = Start();
        long before = Written;
        while (Written < before + bytes && !process.HasExited)
        {
            await Task.Yield();
        }

        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private Process Start()
    {
        ProcessStartInfo start = new(
            DotnetCommand.Host,
            [
                typeof(KilledExperimentTests).Assembly.Location,
                "--explicit",
                "only",
                "--filter-method",
                $"*.{nameof(The_experiment_that_is_killed)}",
            ]
        )
        {
            RedirectStandardOutput = true,
        };
        start.Environment[FolderVariable] = folder.PathOf("experiment");
        return Process.Start(start)!;
    }
}
