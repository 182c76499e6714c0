namespace Microsoft.ML.Cnn.Experiments.Halving;

/// <summary>
/// Asynchronous successive halving, ASHA (Li et al. 2020, "A System for Massively Parallel Hyperparameter Tuning", algorithm 2): whoever is free continues a trial that
/// is among the best of its rung, of the highest rung that has one; otherwise begins a new trial. No worker ever waits.
/// </summary>
internal sealed class AsynchronousSuccessiveHalving(Rungs rungs) : IHalving
{
    private readonly List<(int TrialId, double Loss)>[] reported =
    [
        .. Enumerable.Range(0, rungs.Count).Select(_ => new List<(int, double)>()),
    ];
    private readonly HashSet<int>[] promoted = [.. Enumerable.Range(0, rungs.Count).Select(_ => new HashSet<int>())];

    public TrialTask? Next(int newTrial)
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

        return new TrialTask(newTrial, rungs[0]);
    }

    public void Report(TrialTask task, double loss) => reported[rungs.Of(task)].Add((task.TrialId, loss));

    private IEnumerable<(int TrialId, double Loss)> Best(int rung) =>
        reported[rung].OrderBy(trial => trial.Loss).ThenBy(trial => trial.TrialId).Take(reported[rung].Count / rungs.Factor);
}
