namespace Microsoft.ML.Cnn.Experiments.Trials;

/// <summary>Keeps the model of the least loss, and no other.</summary>
internal sealed class BestModel
{
    private readonly object gate = new();
    private (int TrialId, int Epochs)? owner;
    private double least = double.PositiveInfinity;
    private ITransformer? model;

    /// <summary>A trial has ended with a model.</summary>
    public void Offer(int trialId, int epochs, double loss, ITransformer? offered)
    {
        lock (gate)
        {
            if (loss < least || owner?.TrialId == trialId)
            {
                (owner, least, model) = ((trialId, epochs), loss, offered);
            }
        }
    }

    /// <summary>The model of a trial; null if it is not the one that is kept.</summary>
    public ITransformer? Of(CnnTrialResult result)
    {
        lock (gate)
        {
            return owner == (result.TrialSettings.TrialId, result.Epochs) ? model : null;
        }
    }
}
