namespace Microsoft.ML.Cnn.Experiments.Halving;

/// <summary>Every trial is trained to its end.</summary>
internal sealed class NoHalving(int epochs) : IHalving
{
    public bool WantsNew => true;

    public TrialTask? Continue() => null;

    public TrialTask Begin(int trialId) => new(trialId, epochs);

    public void Close() { }

    public void End(TrialTask task, double loss) { }
}
