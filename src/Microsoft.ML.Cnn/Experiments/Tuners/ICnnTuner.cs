namespace Microsoft.ML.Cnn;

/// <summary>Proposes what to try next. Called by one thread at a time.</summary>
public interface ICnnTuner
{
    /// <summary>Parameters for a new trial.</summary>
    /// <param name="trialId">The number of the trial, counted from 0. Proposals follow from it, the seed and the updates before, so that an experiment can go on in another process.</param>
    /// <returns>Null when there is nothing left to try.</returns>
    CnnParameters? Propose(int trialId);

    /// <summary>Learns what became of a trial: each time it has been trained for some more epochs.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="epochs">Epochs that it has been trained for.</param>
    /// <param name="loss">What it reached: less is better; <see cref="double.MaxValue"/> if it failed.</param>
    void Update(CnnTrialSettings trial, int epochs, double loss);
}
