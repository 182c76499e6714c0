namespace Microsoft.ML.Cnn.Experiments.Halving;

/// <summary>
/// Successive halving (Jamieson and Talwalkar 2016, "Non-stochastic Best Arm Identification and Hyperparameter Optimization"): as many trials as leave one at the last
/// rung are trained for the least number of epochs; when all are done, the best of them go on to the next rung, and so forth; then another such
/// bracket begins. Where trials are so few that none comes to the last rung, the best of them goes on all the same.
/// </summary>
internal sealed class SuccessiveHalving(Rungs rungs) : IHalving
{
    private readonly List<Standing> ended = [];
    private readonly List<Standing> passedOver = [];
    private readonly Queue<int> waiting = [];
    private int rung;
    private int toBegin = TrialsOf(rungs);
    private int underWay;
    private bool hasFinished;

    public bool WantsNew => toBegin > 0;

    public bool IsClosed { get; set; }

    public int MostEpochs => rungs.Greatest;

    public TrialTask? Continue()
    {
        if (underWay == 0 && (toBegin == 0 || IsClosed) && waiting.Count == 0)
        {
            Advance();
        }

        if (!waiting.TryDequeue(out int trial))
        {
            return null;
        }

        underWay++;
        return new TrialTask(trial, rungs[rung]);
    }

    public TrialTask Begin(int trialId)
    {
        toBegin--;
        underWay++;
        return new TrialTask(trialId, rungs[0]);
    }

    public void End(TrialTask task, double loss)
    {
        underWay--;
        ended.Add(new Standing(task.TrialId, loss, rung));
        hasFinished |= task.Epochs == MostEpochs && loss < double.MaxValue;
    }

    private static int TrialsOf(Rungs rungs) => checked((int)Math.Pow(rungs.Factor, rungs.Count - 1));

    private void Advance()
    {
        toBegin = 0;
        Standing[] ranked =
        [
            .. ended.Where(trial => trial.Loss < double.MaxValue).OrderBy(trial => trial.Loss).ThenBy(trial => trial.TrialId),
        ];
        Standing[] best = rung + 1 < rungs.Count ? [.. ranked.Take(ended.Count / rungs.Factor)] : [];
        passedOver.AddRange(ranked.Except(best).Where(trial => trial.Rung + 1 < rungs.Count));
        ended.Clear();
        if (best.Length == 0 && IsClosed && !hasFinished && passedOver.Count > 0)
        {
            best = [passedOver.OrderByDescending(trial => trial.Rung).ThenBy(trial => trial.Loss).ThenBy(trial => trial.TrialId).First()];
            _ = passedOver.Remove(best[0]);
        }

        if (best.Length > 0)
        {
            rung = best[0].Rung + 1;
            Array.ForEach(best, trial => waiting.Enqueue(trial.TrialId));
        }
        else if (!IsClosed)
        {
            (rung, toBegin) = (0, TrialsOf(rungs));
        }
    }

    /// <summary>How a trial did at a rung.</summary>
    private readonly record struct Standing(int TrialId, double Loss, int Rung);
}
