namespace Microsoft.ML.Cnn.Experiments.Halving;

/// <summary>Every trial is trained to its end.</summary>
internal sealed class NoHalving(int epochs) : IHalving
{
    public TrialTask? Next(int newTrial) => new TrialTask(newTrial, epochs);

    public void Report(TrialTask task, double loss) { }
}
