namespace Microsoft.ML.Cnn.Experiments.Halving;

/// <summary>
/// Asynchronous successive halving, ASHA (Li et al. 2020, "A System for Massively Parallel Hyperparameter Tuning", algorithm 2): whoever is free continues a trial that
/// is among the best of its rung, of the highest rung that has one; otherwise begins a new trial. No worker ever waits.
/// </summary>
internal sealed class AsynchronousSuccessiveHalving(Rungs rungs) : IHalving
{
    private readonly List<(int TrialId, double Loss)>[] ended =
    [
        .. Enumerable.Range(0, rungs.Count).Select(_ => new List<(int, double)>()),
    ];
    private readonly HashSet<int>[] promoted = [.. Enumerable.Range(0, rungs.Count).Select(_ => new HashSet<int>())];

    public bool WantsNew => true;

    public TrialTask? Continue()
    {
        for (int rung = rungs.Count - 2; rung >= 0; rung--)
        {
            foreach ((int trial, double loss) in Best(rung))
            {
                if (loss < double.MaxValue && promoted[rung].Add(trial))
                {
                    return new TrialTask(trial, rungs[rung + 1]);
                }
            }
        }

        return null;
    }

    public TrialTask Begin(int trialId) => new(trialId, rungs[0]);

    public void Close() { }

    public void End(TrialTask task, double loss) => ended[rungs.Of(task)].Add((task.TrialId, loss));

    private IEnumerable<(int TrialId, double Loss)> Best(int rung) =>
        ended[rung].OrderBy(trial => trial.Loss).ThenBy(trial => trial.TrialId).Take(ended[rung].Count / rungs.Factor);
}
