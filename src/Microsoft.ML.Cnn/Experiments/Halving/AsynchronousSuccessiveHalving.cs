namespace Microsoft.ML.Cnn.Experiments.Halving;

/// <summary>
/// Asynchronous successive halving, ASHA (Li et al. 2020, "A System for Massively Parallel Hyperparameter Tuning", algorithm 2): whoever is free continues a trial that
/// is among the best of its rung, of the highest rung that has one; otherwise begins a new trial. No worker ever waits. Where trials are so few that none comes to the last rung,
/// the best of the highest one goes on in the end: somebody wants its model.
/// </summary>
internal sealed class AsynchronousSuccessiveHalving(Rungs rungs) : IHalving
{
    private readonly List<(int TrialId, double Loss)>[] ended =
    [
        .. Enumerable.Range(0, rungs.Count).Select(_ => new List<(int, double)>()),
    ];
    private readonly HashSet<int>[] promoted = [.. Enumerable.Range(0, rungs.Count).Select(_ => new HashSet<int>())];

    private int underWay;

    public bool WantsNew => true;

    public bool IsClosed { get; set; }

    public int MostEpochs => rungs.Greatest;

    public TrialTask? Continue()
    {
        for (int rung = rungs.Count - 2; rung >= 0; rung--)
        {
            foreach ((int trial, double loss) in Best(rung))
            {
                if (loss < double.MaxValue && !promoted[rung].Contains(trial))
                {
                    return Promote(trial, rung);
                }
            }
        }

        return IsClosed && underWay == 0 ? ContinueLast() : null;
    }

    public TrialTask Begin(int trialId)
    {
        underWay++;
        return new TrialTask(trialId, rungs[0]);
    }

    public void End(TrialTask task, double loss)
    {
        underWay--;
        ended[rungs.Of(task)].Add((task.TrialId, loss));
    }

    private TrialTask? ContinueLast()
    {
        int highest = Array.FindLastIndex(ended, trials => trials.Exists(trial => trial.Loss < double.MaxValue));
        if (highest < 0 || highest == rungs.Count - 1)
        {
            return null;
        }

        (int TrialId, double Loss)[] left =
        [
            .. Ranked(highest).Where(trial => trial.Loss < double.MaxValue && !promoted[highest].Contains(trial.TrialId)),
        ];
        return left.Length == 0 ? null : Promote(left[0].TrialId, highest);
    }

    private TrialTask Promote(int trialId, int rung)
    {
        promoted[rung].Add(trialId);
        underWay++;
        return new TrialTask(trialId, rungs[rung + 1]);
    }

    private IEnumerable<(int TrialId, double Loss)> Best(int rung) => Ranked(rung).Take(ended[rung].Count / rungs.Factor);

    private IEnumerable<(int TrialId, double Loss)> Ranked(int rung) =>
        ended[rung].OrderBy(trial => trial.Loss).ThenBy(trial => trial.TrialId);
}
