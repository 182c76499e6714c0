using System.Diagnostics;
using Microsoft.ML.Cnn.Experiments.Halving;

namespace Microsoft.ML.Cnn.Experiments.Running;

/// <summary>Trains a trial up to a number of epochs, going on from where it was left.</summary>
/// <param name="trial">The trial.</param>
/// <param name="epochs">Epochs that it shall have been trained for.</param>
/// <param name="cancellationToken">Ends it within an epoch.</param>
/// <exception cref="OperationCanceledException">It was canceled, and there is nothing to measure yet.</exception>
internal delegate Task<TrialMeasures> TrainTrial(CnnTrialSettings trial, int epochs, CancellationToken cancellationToken);

/// <summary>
/// Runs an experiment: keeps workers busy with what the search decides, writes down all that happens before it goes on, and first of all goes through what
/// a journal says has happened.
/// </summary>
/// <param name="search">Who decides.</param>
/// <param name="journal">Where all is written down; null for nowhere.</param>
/// <param name="train">Trains.</param>
/// <param name="monitor">Is told.</param>
/// <param name="workers">Trials at once.</param>
/// <param name="forget">Told of each trial that neither goes on nor is the best: what is kept of it may go.</param>
internal sealed class ExperimentRun(
    Search search,
    Journal? journal,
    TrainTrial train,
    ICnnMonitor? monitor,
    int workers,
    Action<int>? forget = null
)
{
    /// <summary>Trials of which one must succeed, or there is no point in more of them.</summary>
    internal const int MostFailures = 100;

    private readonly SortedDictionary<int, CnnTrialResult> results = [];
    private readonly Dictionary<int, DateTime> begun = [];
    private readonly HashSet<int> forgotten = [];
    private readonly Queue<TrialTask> interrupted = [];

    /// <summary>What is known of each trial that has been measured or has failed.</summary>
    public IReadOnlyCollection<CnnTrialResult> Results => results.Values;

    /// <summary>The trial of the least loss; null if none succeeded.</summary>
    public CnnTrialResult? Best => results.Values.Where(result => result.HasMetric).MinBy(result => result.Loss);

    /// <summary>How long the experiment had run before.</summary>
    public TimeSpan Before { get; private set; }

    /// <summary>Goes through the journal, and marks in it that a run begins.</summary>
    /// <param name="identity">What tells the experiment from others.</param>
    /// <exception cref="CnnCheckpointException">The journal is of another experiment.</exception>
    public void Replay(string identity)
    {
        if (journal is null)
        {
            return;
        }

        int? mostTrials = search.MostTrials;
        DateTime? began = null;
        DateTime last = default;
        foreach (TrialEvent happened in journal.Events)
        {
            if (happened is ExperimentBegan run)
            {
                Require(
                    run.Identity == identity,
                    "it is of another experiment, with other data, space, metric, tuner, seed or instruction set"
                );
                Before += last - (began ?? last);
                began = run.AtUtc;
            }

            last = happened.AtUtc;
            Replay(happened);
        }

        Before += last - (began ?? last);
        search.MostTrials = mostTrials;
        foreach (TrialTask task in search.UnderWay)
        {
            interrupted.Enqueue(task);
        }

        journal.Append(new ExperimentBegan(identity, mostTrials) { AtUtc = DateTime.UtcNow });
        foreach (CnnTrialResult earlier in Results)
        {
            monitor?.ReportEarlierTrial(earlier);
        }
    }

    /// <summary>Runs until there is nothing left to try, or it is canceled: then trials under way are left for another run.</summary>
    /// <exception cref="InvalidOperationException">The first trials failed, all of them.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task<(TrialTask, TrialMeasures?)>> busy = [];
        try
        {
            await RunAsync(busy, stop.Token).ConfigureAwait(false);
        }
        catch
        {
            // Nobody trains on behind an experiment that has ended, in a folder that it no longer holds.
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(busy)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    private async Task RunAsync(List<Task<(TrialTask, TrialMeasures?)>> busy, CancellationToken cancellationToken)
    {
        while (true)
        {
            while (busy.Count < workers && !cancellationToken.IsCancellationRequested && Next() is { } task)
            {
                busy.Add(TrainAsync(task, cancellationToken));
            }

            if (busy.Count == 0)
            {
                return;
            }

            Task<(TrialTask, TrialMeasures?)> done = await Task.WhenAny(busy).ConfigureAwait(false);
            busy.Remove(done);
            (TrialTask ended, TrialMeasures? measures) = await done.ConfigureAwait(false);
            if (measures is not null)
            {
                Note(ended, measures);
                RequireSuccess();
            }
        }
    }

    private TrialTask? Next()
    {
        if (interrupted.TryDequeue(out TrialTask left))
        {
            return left;
        }

        TrialTask? next = search.Begin();
        if (next is { } task)
        {
            CnnTrialSettings trial = search.Trials[task.TrialId];
            TaskBegan began = new(task.TrialId, task.Epochs, trial.Parameters, trial.Seed) { AtUtc = DateTime.UtcNow };
            journal?.Append(began);
            _ = begun.TryAdd(task.TrialId, began.AtUtc);
        }

        return next;
    }

    private async Task<(TrialTask, TrialMeasures?)> TrainAsync(TrialTask task, CancellationToken cancellationToken)
    {
        CnnTrialSettings trial = search.Trials[task.TrialId] with { Epochs = task.Epochs, StartedAtUtc = begun[task.TrialId] };
        monitor?.ReportRunningTrial(trial);
        long since = Stopwatch.GetTimestamp();
        try
        {
            return (task, await Task.Run(() => train(trial, task.Epochs, cancellationToken), CancellationToken.None).ConfigureAwait(false));
        }
        catch (CnnCheckpointException exception)
        {
            throw new CnnCheckpointException(
                $"Trial {task.TrialId} cannot be trained on: {exception.Message} What would work for the experiment: another checkpoint folder.",
                exception
            );
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            return (task, null);
        }
        catch (Exception exception)
        {
            return (task, TrialMeasures.Failed(exception, Stopwatch.GetElapsedTime(since)));
        }
    }

    private void Note(TrialTask task, TrialMeasures measures)
    {
        TrialEvent happened = measures.CanceledAfter is null
            ? new TaskEnded(task.TrialId, task.Epochs, measures) { AtUtc = DateTime.UtcNow }
            : new TaskPaused(task.TrialId, measures) { AtUtc = DateTime.UtcNow };
        journal?.Append(happened);
        double least = Best?.Loss ?? double.MaxValue;
        Apply(happened);
        CnnTrialResult result = results[task.TrialId];
        if (measures.Error is not null)
        {
            monitor?.ReportFailTrial(result.TrialSettings, new InvalidOperationException(measures.Error));
        }
        else
        {
            monitor?.ReportCompletedTrial(result);
            if (result.Loss < least)
            {
                monitor?.ReportBestTrial(result);
            }
        }

        ForgetAllButBest();
    }

    private void ForgetAllButBest()
    {
        CnnTrialResult? best = Best;
        foreach (CnnTrialResult result in results.Values)
        {
            bool isOver = result.Error is not null || result.Epochs == search.MostEpochs;
            if (isOver && !ReferenceEquals(result, best) && forgotten.Add(result.TrialSettings.TrialId))
            {
                forget?.Invoke(result.TrialSettings.TrialId);
            }
        }
    }

    private void RequireSuccess()
    {
        if (results.Count >= MostFailures && Best is null)
        {
            throw new InvalidOperationException(
                $"The first {results.Count} trials failed, all of them; the last one: {results.Values.Last().Error} What would work: a search space, options or limits that fit some trial."
            );
        }
    }

    private void Replay(TrialEvent happened)
    {
        switch (happened)
        {
            case ExperimentBegan run:
                search.MostTrials = run.MostTrials;
                break;
            case TaskBegan began:
                Require(
                    search.Begin() is { } task
                        && task == new TrialTask(began.TrialId, began.Epochs)
                        && search.Trials[task.TrialId].Parameters.Equals(began.Parameters),
                    "this version of the library would have decided otherwise"
                );
                _ = begun.TryAdd(began.TrialId, began.AtUtc);
                break;
            default:
                Apply(happened);
                break;
        }
    }

    private void Apply(TrialEvent happened)
    {
        if (happened is TaskEnded ended)
        {
            search.End(new TrialTask(ended.TrialId, ended.Epochs), ended.Measures.Loss);
            Apply(ended.TrialId, ended.Epochs, ended.AtUtc, ended.Measures);
        }
        else if (happened is TaskPaused { Measures.CanceledAfter: { } epochs } paused)
        {
            Apply(paused.TrialId, epochs, paused.AtUtc, paused.Measures);
        }
    }

    private void Apply(int trialId, int epochs, DateTime at, TrialMeasures measures)
    {
        if (measures.Error is not null && results.TryGetValue(trialId, out CnnTrialResult? before) && before.HasMetric)
        {
            // What it reached before it failed stays true.
            results[trialId] = before with
            {
                Error = measures.Error,
            };
            return;
        }

        results[trialId] = new CnnTrialResult
        {
            TrialSettings = search.Trials[trialId] with { Epochs = epochs, StartedAtUtc = begun[trialId], EndedAtUtc = at },
            Loss = measures.Loss,
            Metric = measures.Metric ?? double.NaN,
            Epochs = epochs,
            LearningCurve = [.. measures.LearningCurve],
            DurationInMilliseconds = measures.DurationInMilliseconds,
            PeakCpu = measures.PeakCpu,
            PeakMemoryInMegaByte = measures.PeakMemoryInMegaByte,
            ParameterCount = measures.ParameterCount,
            LatencyInMilliseconds = measures.LatencyInMilliseconds,
            Error = measures.Error,
        };
    }

    private static void Require(bool condition, string why)
    {
        if (!condition)
        {
            throw new CnnCheckpointException(
                $"The experiment cannot go on from what is in its checkpoint folder: {why}. What would work: the same settings as before, or another folder."
            );
        }
    }
}
