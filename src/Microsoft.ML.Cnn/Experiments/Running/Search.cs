using Microsoft.ML.Cnn.Experiments.Halving;

namespace Microsoft.ML.Cnn.Experiments.Running;

/// <summary>
/// Who decides in an experiment: what to try, and how long to train it. What it decides follows from its settings and the order of begun and ended tasks,
/// so that a journal brings it back to where it was. Not for several threads at once.
/// </summary>
/// <param name="space">What may be proposed.</param>
/// <param name="tuner">Proposes it.</param>
/// <param name="halving">Decides how long it is trained.</param>
/// <param name="seed">Of the experiment: that of a trial is so much more than its number.</param>
internal sealed class Search(CnnSearchSpace space, ICnnTuner tuner, IHalving halving, int seed)
{
    private readonly List<CnnTrialSettings> trials = [];
    private readonly List<TrialTask> underWay = [];
    private bool isExhausted;

    /// <summary>Trials at most; null for any number. A journal may have had another.</summary>
    public int? MostTrials { get; set; }

    /// <summary>Epochs of a trial that is trained to its end.</summary>
    public int MostEpochs => halving.MostEpochs;

    /// <summary>The trials so far, in the order of their numbers.</summary>
    public IReadOnlyList<CnnTrialSettings> Trials => trials;

    /// <summary>Tasks that began and have not ended, in the order they began.</summary>
    public IReadOnlyList<TrialTask> UnderWay => underWay;

    /// <summary>What to do next, which begins with that.</summary>
    /// <returns>Null where nothing is to be done: until a task ends, or for good if none is under way.</returns>
    /// <exception cref="ArgumentException">The tuner proposed what is not in the space.</exception>
    public TrialTask? Begin()
    {
        halving.IsClosed = isExhausted || trials.Count >= MostTrials;
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
        if (halving.IsClosed || !halving.WantsNew)
        {
            return null;
        }

        CnnParameters? parameters = tuner.Propose(trials.Count);
        if (parameters is null)
        {
            halving.IsClosed = isExhausted = true;
            return null;
        }

        space.Require(parameters);
        trials.Add(new CnnTrialSettings(trials.Count, parameters) { Seed = unchecked(seed + trials.Count) });
        return halving.Begin(trials.Count - 1);
    }
}
