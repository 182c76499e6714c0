using Microsoft.ML.Cnn.Experiments.Halving;

namespace Microsoft.ML.Cnn.Experiments.Running;

/// <summary>
/// Who decides in an experiment: what to try, and how long to train it. What it decides follows from its settings and the order of begun and ended tasks,
/// so that a journal brings it back to where it was. Not for several threads at once.
/// </summary>
internal sealed class Search(ICnnTuner tuner, IHalving halving, int? mostTrials)
{
    private readonly List<CnnTrialSettings> trials = [];
    private readonly List<TrialTask> underWay = [];
    private bool isClosed;

    /// <summary>The trials so far, in the order of their numbers.</summary>
    public IReadOnlyList<CnnTrialSettings> Trials => trials;

    /// <summary>Tasks that began and have not ended, in the order they began.</summary>
    public IReadOnlyList<TrialTask> UnderWay => underWay;

    /// <summary>What to do next, which begins with that.</summary>
    /// <returns>Null where nothing is to be done: until a task ends, or for good if none is under way.</returns>
    public TrialTask? Begin()
    {
        TrialTask? next = halving.Continue() ?? BeginNew() ?? halving.Continue();
        if (next is { } task)
        {
            underWay.Add(task);
        }

        return next;
    }

    /// <summary>A task has ended.</summary>
    public void End(TrialTask task, double loss)
    {
        underWay.Remove(task);
        halving.End(task, loss);
        tuner.Update(trials[task.TrialId], task.Epochs, loss);
    }

    private TrialTask? BeginNew()
    {
        if (isClosed || !halving.WantsNew)
        {
            return null;
        }

        CnnParameters? parameters = trials.Count == mostTrials ? null : tuner.Propose(trials.Count);
        if (parameters is null)
        {
            isClosed = true;
            halving.Close();
            return null;
        }

        trials.Add(new CnnTrialSettings(trials.Count, parameters));
        return halving.Begin(trials.Count - 1);
    }
}
