using System.Diagnostics;
using Microsoft.ML.Cnn.Experiments.Halving;

namespace Microsoft.ML.Cnn.Experiments.Running;

/// <summary>Trains a trial up to a number of epochs, going on from where it was left.</summary>
/// <param name="trial">The trial.</param>
/// <param name="epochs">Epochs that it shall have been trained for.</param>
/// <param name="cancellationToken">Ends it within an epoch.</param>
/// <exception cref="OperationCanceledException">It was canceled.</exception>
internal delegate Task<TrialMeasures> TrainTrial(CnnTrialSettings trial, int epochs, CancellationToken cancellationToken);

/// <summary>
/// Runs an experiment: keeps workers busy with what the search decides, writes down all that happens before it goes on, and first of all goes through what
/// a journal says has happened.
/// </summary>
internal sealed class ExperimentRun(Search search, Journal? journal, TrainTrial train, ICnnMonitor? monitor, int workers)
{
    private readonly SortedDictionary<int, CnnTrialResult> results = [];
    private readonly Queue<TrialTask> interrupted = [];

    /// <summary>What is known of each trial that has ended a task.</summary>
    public IReadOnlyCollection<CnnTrialResult> Results => results.Values;

    /// <summary>The trial of the least loss; null if none succeeded.</summary>
    public CnnTrialResult? Best => results.Values.Where(result => result.Error is null).MinBy(result => result.Loss);

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

        DateTime? began = null;
        DateTime last = default;
        foreach (TrialEvent happened in journal.Events)
        {
            if (happened is ExperimentBegan run)
            {
                Require(run.Identity == identity, "it is of another experiment, with other data, space, metric, tuner or seed");
                Before += last - (began ?? last);
                began = run.AtUtc;
            }

            last = happened.AtUtc;
            Replay(happened);
        }

        Before += last - (began ?? last);
        foreach (TrialTask task in search.UnderWay)
        {
            interrupted.Enqueue(task);
        }

        journal.Append(new ExperimentBegan(identity) { AtUtc = DateTime.UtcNow });
        foreach (CnnTrialResult earlier in Results)
        {
            monitor?.ReportEarlierTrial(earlier);
        }
    }

    /// <summary>Runs until there is nothing left to try, or it is canceled: then trials under way are left for another run.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        List<Task<(TrialTask, TrialMeasures?)>> busy = [];
        while (true)
        {
            while (busy.Count < workers && !cancellationToken.IsCancellationRequested && Next() is { } task)
            {
                busy.Add(RunAsync(task, cancellationToken));
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
                End(ended, measures);
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
            journal?.Append(new TaskBegan(task.TrialId, task.Epochs, search.Trials[task.TrialId].Parameters) { AtUtc = DateTime.UtcNow });
        }

        return next;
    }

    private async Task<(TrialTask, TrialMeasures?)> RunAsync(TrialTask task, CancellationToken cancellationToken)
    {
        CnnTrialSettings trial = search.Trials[task.TrialId] with { Epochs = task.Epochs, StartedAtUtc = DateTime.UtcNow };
        monitor?.ReportRunningTrial(trial);
        long begun = Stopwatch.GetTimestamp();
        try
        {
            return (task, await Task.Run(() => train(trial, task.Epochs, cancellationToken), CancellationToken.None).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return (task, null);
        }
        catch (Exception exception) when (exception is not CnnCheckpointException)
        {
            double milliseconds = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            return (task, TrialMeasures.Failed($"{exception.GetType().Name}: {exception.Message}", milliseconds));
        }
    }

    private void End(TrialTask task, TrialMeasures measures)
    {
        TaskEnded ended = new(task.TrialId, task.Epochs, measures) { AtUtc = DateTime.UtcNow };
        journal?.Append(ended);
        double least = Best?.Loss ?? double.MaxValue;
        CnnTrialResult result = Apply(ended);
        if (result.Error is not null)
        {
            monitor?.ReportFailTrial(result.TrialSettings, new InvalidOperationException(result.Error));
            return;
        }

        monitor?.ReportCompletedTrial(result);
        if (result.Loss < least)
        {
            monitor?.ReportBestTrial(result);
        }
    }

    private void Replay(TrialEvent happened)
    {
        switch (happened)
        {
            case TaskBegan began:
                Require(
                    search.Begin() is { } task
                        && task == new TrialTask(began.TrialId, began.Epochs)
                        && search.Trials[task.TrialId].Parameters.Equals(began.Parameters),
                    "this version of the library would have decided otherwise"
                );
                break;
            case TaskEnded ended:
                _ = Apply(ended);
                break;
        }
    }

    private CnnTrialResult Apply(TaskEnded ended)
    {
        TrialMeasures measures = ended.Measures;
        search.End(new TrialTask(ended.TrialId, ended.Epochs), measures.Loss);
        return results[ended.TrialId] = new CnnTrialResult
        {
            TrialSettings = search.Trials[ended.TrialId] with { Epochs = ended.Epochs, EndedAtUtc = ended.AtUtc },
            Loss = measures.Loss,
            Metric = measures.Metric ?? double.NaN,
            Epochs = ended.Epochs,
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
