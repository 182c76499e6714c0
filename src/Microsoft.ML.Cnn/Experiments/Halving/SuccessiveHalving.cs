namespace Microsoft.ML.Cnn.Experiments.Halving;

/// <summary>
/// Successive halving (Jamieson and Talwalkar 2016, "Non-stochastic Best Arm Identification and Hyperparameter Optimization"): as many trials as leave one at the last
/// rung are trained for the least number of epochs; when all are done, the best of them go on to the next rung, and so forth; then another such
/// bracket begins.
/// </summary>
internal sealed class SuccessiveHalving(Rungs rungs) : IHalving
{
    private readonly List<(int TrialId, double Loss)> ended = [];
    private readonly Queue<int> waiting = [];
    private int rung;
    private int toBegin = TrialsOf(rungs);
    private int underWay;
    private bool isClosed;

    public bool WantsNew => toBegin > 0;

    public TrialTask? Continue()
    {
        if (underWay == 0 && toBegin == 0 && waiting.Count == 0)
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

    public void Close() => (isClosed, toBegin) = (true, 0);

    public void End(TrialTask task, double loss)
    {
        underWay--;
        ended.Add((task.TrialId, loss));
    }

    private static int TrialsOf(Rungs rungs) => checked((int)Math.Pow(rungs.Factor, rungs.Count - 1));

    private void Advance()
    {
        int survivors = ended.Count / rungs.Factor;
        int[] best =
        [
            .. ended
                .Where(trial => trial.Loss < double.MaxValue)
                .OrderBy(trial => trial.Loss)
                .ThenBy(trial => trial.TrialId)
                .Take(survivors)
                .Select(trial => trial.TrialId),
        ];
        ended.Clear();
        if (best.Length > 0 && rung + 1 < rungs.Count)
        {
            rung++;
            Array.ForEach(best, waiting.Enqueue);
        }
        else if (!isClosed)
        {
            (rung, toBegin) = (0, TrialsOf(rungs));
        }
    }
}
