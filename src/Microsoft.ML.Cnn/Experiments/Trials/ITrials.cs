using Microsoft.ML.Cnn.Experiments.Running;

namespace Microsoft.ML.Cnn.Experiments.Trials;

/// <summary>Trains the trials of an experiment. Several may be trained at once.</summary>
internal interface ITrials
{
    /// <summary>Trains a trial until it has had so many epochs.</summary>
    Task<TrialMeasures> TrainAsync(CnnTrialSettings trial, int epochs, CancellationToken cancellationToken);

    /// <summary>A trial that has ended with its model: as it is in memory, or else trained again, from what is in its workspace where it has one.</summary>
    Task<CnnTrialResult> WithModelAsync(CnnTrialResult result);

    /// <summary>A trial will neither go on nor be asked for its model: what is kept of it on the disk may go.</summary>
    void Forget(int trialId);
}
