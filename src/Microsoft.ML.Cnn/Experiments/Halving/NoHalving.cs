namespace Microsoft.ML.Cnn.Experiments.Halving;

/// <summary>Every trial is trained to its end.</summary>
internal sealed class NoHalving(int epochs) : IHalving
{
    public bool WantsNew => true;

    public bool IsClosed { get; set; }

    public int MostEpochs => epochs;

    public TrialTask? Continue() => null;

    public TrialTask Begin(int trialId) => new(trialId, epochs);

    public void End(TrialTask task, double loss) { }
}
