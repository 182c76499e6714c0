namespace Microsoft.ML.Cnn.Experiments.Halving;

/// <summary>
/// Successive halving (Jamieson and Talwalkar 2016, "Non-stochastic Best Arm Identification and Hyperparameter Optimization"): as many trials as leave one at the last
/// rung are trained for the least number of epochs; when all are done, the best of them go on to the next rung, and so forth; then another such
/// bracket begins.
/// </summary>
internal sealed class SuccessiveHalving(Rungs rungs) : IHalving
{
    private readonly List<(int TrialId, double Loss)> finished = [];
    private readonly Queue<int> waiting = [];
    private int rung = -1;
    private int toBegin;
    private int underWay;

    public TrialTask? Next(int newTrial)
    {
        if (underWay == 0 && toBegin == 0 && waiting.Count == 0)
        {
            Advance();
        }

        if (waiting.TryDequeue(out int trial))
        {
            underWay++;
            return new TrialTask(trial, rungs[rung]);
        }

        if (toBegin == 0)
        {
            return null;
        }

        toBegin--;
        underWay++;
        return new TrialTask(newTrial, rungs[0]);
    }

    public void Report(TrialTask task, double loss)
    {
        underWay--;
        finished.Add((task.TrialId, loss));
    }

    private void Advance()
    {
        int survivors = finished.Count / rungs.Factor;
        int[] best =
        [
            .. finished
                .Where(trial => trial.Loss < double.MaxValue)
                .OrderBy(trial => trial.Loss)
                .ThenBy(trial => trial.TrialId)
                .Take(survivors)
                .Select(trial => trial.TrialId),
        ];
        finished.Clear();
        if (best.Length > 0 && rung + 1 < rungs.Count)
        {
            rung++;
            Array.ForEach(best, waiting.Enqueue);
            return;
        }

        rung = 0;
        toBegin = checked((int)Math.Pow(rungs.Factor, rungs.Count - 1));
    }
}
