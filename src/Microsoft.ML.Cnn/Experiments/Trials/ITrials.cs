using Microsoft.ML.Cnn.Experiments.Running;

namespace Microsoft.ML.Cnn.Experiments.Trials;

/// <summary>Trains the trials of an experiment. Several may be trained at once.</summary>
internal interface ITrials
{
    /// <summary>Trains a trial until it has had so many epochs.</summary>
    Task<TrialMeasures> TrainAsync(CnnTrialSettings trial, int epochs, CancellationToken cancellationToken);

    /// <summary>The model of a trial that has ended: as it is in memory, or else trained again, from what is in its workspace where it has one.</summary>
    Task<ITransformer?> ModelAsync(CnnTrialResult result);
}
