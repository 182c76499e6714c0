using System.Collections.Immutable;
using System.Globalization;
using Microsoft.ML.Cnn.Experiments.Halving;
using Microsoft.ML.Cnn.Experiments.Running;
using Microsoft.ML.Cnn.Experiments.Tasks;
using Microsoft.ML.Cnn.Experiments.Trials;
using Microsoft.ML.Cnn.Experiments.Tuners;
using Microsoft.ML.Cnn.Interop;
using Microsoft.ML.Cnn.Serialization;
using Microsoft.ML.Cnn.Training.Checkpoints;

namespace Microsoft.ML.Cnn;

/// <summary>
/// Searches for the network and the training settings that do a task best: tries, compares on validation images, and keeps all that it tried. Created by
/// <c>CreateCnnExperiment()</c> of <c>mlContext.MulticlassClassification</c>, <c>BinaryClassification</c> and <c>Regression</c>.
/// </summary>
/// <remarks>
/// With <see cref="SetMaxModelToExplore"/>, one trial at a time and a seed, an experiment is reproducible to the bit. One with a folder
/// (<see cref="SetCheckpoint"/>) that is killed at any moment goes on from there. In memory there is the model of the best trial so far and no other; those of the
/// others are in the folder, as long as that is kept.
/// </remarks>
public sealed partial class CnnExperiment
{
    private const int HalvingFactor = 3;
    private const string WinnerFile = "best.zip";

    /// <summary>That a timer can be set to: 49 days.</summary>
    private static readonly TimeSpan longestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly ExperimentTask task;

    internal CnnExperiment(ExperimentTask task, CnnExperimentSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        this.task = task;
        (space, metric) = (task.DefaultSpaceFor(image: null), task.Metrics[0]);
        Apply(settings);
    }

    /// <summary>All trials of the last run, those before an interruption included, in the order of their numbers.</summary>
    public ImmutableArray<CnnTrialResult> Trials { get; private set; } = [];

    private int Seed => givenSeed ?? task.Environment.SeedOf() ?? 0;

    /// <summary>The trials than which no other is both better and cheaper, from the cheapest on.</summary>
    /// <param name="cost">What counts as cheap: for example <c>trial => trial.LatencyInMilliseconds</c> or <c>trial => trial.ParameterCount</c>.</param>
    public ImmutableArray<CnnTrialResult> ParetoFront(Func<CnnTrialResult, double?> cost)
    {
        ArgumentNullException.ThrowIfNull(cost);
        List<CnnTrialResult> front = [];
        foreach (
            CnnTrialResult trial in Trials
                .Where(trial => trial.HasMetric && cost(trial) is not null)
                .OrderBy(cost)
                .ThenBy(trial => trial.Loss)
        )
        {
            if (front.Count == 0 || trial.Loss < front[^1].Loss)
            {
                front.Add(trial);
            }
        }

        return [.. front];
    }

    /// <summary>
    /// How much each thing that varied decided which trials of the last run were good, from the most important on (PED-ANOVA, Watanabe et al. 2023). It takes 20 trials that can be
    /// compared.
    /// </summary>
    public ImmutableArray<CnnParameterImportance> ParameterImportance() =>
        Experiments.Analysis.ParameterImportance.Of(space, Trials, metric.LossOf);

    /// <summary>As <see cref="RunAsync"/>, on this thread.</summary>
    public CnnTrialResult Run() => RunAsync().GetAwaiter().GetResult();

    /// <summary>Runs until time or trials are used up, or it is canceled.</summary>
    /// <returns>The best trial with its model.</returns>
    /// <exception cref="InvalidOperationException">
    /// Something is missing: a dataset, a time or a number of trials, a network; or settings contradict each other; or the first hundred trials all failed.
    /// </exception>
    /// <exception cref="ArgumentException">A column of the dataset is missing or of a type that does not fit, or the search space has what is no option.</exception>
    /// <exception cref="TimeoutException">Not one trial succeeded.</exception>
    /// <exception cref="CnnCheckpointException">The folder cannot be used, or is that of another experiment.</exception>
    /// <exception cref="OperationCanceledException">It was canceled before one trial had succeeded.</exception>
    public async Task<CnnTrialResult> RunAsync(CancellationToken cancellationToken = default)
    {
        Require();
        string place = folder ?? Directory.CreateTempSubdirectory("cnn-experiment-").FullName;
        try
        {
            // On another thread: what comes before the first trial passes over the data.
            return await Task.Run(() => SearchAsync(place, cancellationToken), CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            if (folder is null)
            {
                Directory.Delete(place, recursive: true);
            }
        }
    }

    /// <summary>
    /// Saves the model of a trial as <c>mlContext.Model.Save</c> does, and beside it, in a file of the same name that ends in <c>.json</c>, how it was found: parameters,
    /// metric, learning curve, settings of the experiment, seed and versions.
    /// </summary>
    /// <param name="trial">What <see cref="RunAsync"/> returned.</param>
    /// <param name="path">Of the model file.</param>
    /// <exception cref="ArgumentException">The trial has no model, or there is no dataset whose columns it could be saved with.</exception>
    public void Save(CnnTrialResult trial, string path)
    {
        ArgumentNullException.ThrowIfNull(trial);
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (trial.Model is null || data is null)
        {
            throw new ArgumentException(
                $"Trial {trial.TrialSettings.TrialId} cannot be saved: there is {(trial.Model is null ? "only its record left, no model" : "no dataset")}. What would work: the trial that RunAsync returned, of an experiment with SetDataset.",
                nameof(trial)
            );
        }

        AtomicFile.Write(path, stream => task.Environment.Save(trial.Model, data.Schema, stream));
        AtomicFile.Write(Path.ChangeExtension(path, ".json"), RecordOf(trial).Write);
    }

    private async Task<CnnTrialResult> SearchAsync(string place, CancellationToken cancellationToken)
    {
        using CheckpointFolder claimed = CheckpointFolder.Open(place);
        using Journal journal = Journal.Open(Path.Combine(place, "trials.jsonl"));
        PipelineTrials? pipelines = runner is null ? new PipelineTrials(Setting(), place) : null;
        ITrials trials = pipelines ?? (ITrials)new RunnerTrials(runner!);
        Search search = new(space, tuner?.Create(space) ?? new TpeTuner(space, Seed), Halving(), Seed) { MostTrials = mostTrials };
        ExperimentRun run = new(search, journal, trials.TrainAsync, monitor, concurrentTrials, trials.Forget);
        run.Replay(Identity());
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (time is { } limit)
        {
            TimeSpan left = limit > run.Before ? limit - run.Before : TimeSpan.Zero;
            stop.CancelAfter(left < longestTimer ? left : longestTimer);
        }

        await run.RunAsync(stop.Token).ConfigureAwait(false);
        Trials = [.. run.Results];
        if (run.Best is { } best)
        {
            CnnTrialResult winner = await trials.WithModelAsync(best).ConfigureAwait(false);
            SaveWinner(winner);
            if (isRefitted && pipelines is not null)
            {
                winner = Refit(pipelines, winner, cancellationToken);
                SaveWinner(winner);
            }

            return winner;
        }

        cancellationToken.ThrowIfCancellationRequested();
        throw new TimeoutException(
            Trials.IsEmpty
                ? $"No trial came to its first {Rungs()[0]} epoch(s) within the time. What would work: more time, or a smaller network to begin with."
                : $"None of {Trials.Length} trials succeeded; the last one: {Trials[^1].Error}"
        );
    }

    /// <summary>The winner as it is if that is canceled or fails; then its error says why.</summary>
    private CnnTrialResult Refit(PipelineTrials pipelines, CnnTrialResult winner, CancellationToken cancellationToken)
    {
        try
        {
            return winner with { Model = pipelines.Refit(winner, data!.All(task.Environment), cancellationToken), IsRefitted = true };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return winner;
        }
        catch (Exception exception) when (exception is not CnnCheckpointException)
        {
            monitor?.ReportFailTrial(winner.TrialSettings, exception);
            return winner with
            {
                Error =
                    $"The model is that of the search, since training it on all rows failed. {exception.GetType().Name}: {exception.Message}",
            };
        }
    }

    private void SaveWinner(CnnTrialResult winner)
    {
        if (folder is not null && winner.Model is not null && data is not null)
        {
            Save(winner, Path.Combine(folder, WinnerFile));
        }
    }

    private TrialSetting Setting() =>
        new(
            task,
            makePipeline ?? (parameters => task.Trainer(OptionsOf(parameters))),
            makePipeline is null,
            data!.Pairs(LabelName(), Seed),
            metric,
            columns,
            mostEpochs,
            Math.Max(1, Environment.ProcessorCount / concurrentTrials),
            limits,
            time,
            isRefitted,
            monitor
        );

    private CnnTrainerOptions OptionsOf(CnnParameters parameters)
    {
        if (makeOptions is not null)
        {
            return makeOptions(parameters)
                ?? throw new InvalidOperationException(
                    $"The function given to SetOptions gave null for {parameters}. It has to give options."
                );
        }

        CnnTrainerOptions options = task.NewOptions();
        options.LabelColumnName = columns.Label;
        OptionNames.Apply(parameters, options, data!.Schema);
        return options;
    }

    private string LabelName() => makeOptions is null ? columns.Label : OptionsOf(space.Defaults).LabelColumnName;

    private Rungs Rungs() => new(halving == CnnHalving.None ? mostEpochs : 1, mostEpochs, HalvingFactor);

    private IHalving Halving() =>
        halving switch
        {
            CnnHalving.Asynchronous => new AsynchronousSuccessiveHalving(Rungs()),
            CnnHalving.Synchronous => new SuccessiveHalving(Rungs()),
            _ => new NoHalving(mostEpochs),
        };

    private string TunerName => tuner?.Name ?? "TPE";

    private string Identity() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{task.Name}, {metric.Metric}, {(runner is null ? data!.Identity(LabelName()) : "rows of a runner's own")}, {TunerName}, {halving} of {mostEpochs} epochs, seed {Seed}, {CnnRuntime.InstructionSet}, {string.Join("; ", space.AllPaths().Select(path => $"{path.Key}: {IdentityText.Of(path.Value)}"))}"
        );

    private WinnerRecord RecordOf(CnnTrialResult trial) =>
        new(
            task.Name,
            metric.Metric.ToString(),
            trial.Metric,
            trial.Loss,
            trial.IsRefitted,
            trial.TrialSettings.TrialId,
            trial.TrialSettings.Parameters,
            trial.Epochs,
            trial.LearningCurve,
            trial.ParameterCount,
            trial.LatencyInMilliseconds,
            trial.DurationInMilliseconds,
            Trials.Length,
            data!.ToString(),
            TunerName,
            halving,
            mostEpochs,
            Seed
        );
}
