using System.Collections.Immutable;

namespace Microsoft.ML.Cnn.Training.Checkpoints;

/// <summary>Where and when a training is saved.</summary>
/// <param name="Folder">Claimed, and disposed, by who made it.</param>
/// <param name="Resume">What to do with a checkpoint that is there.</param>
/// <param name="Interval">The time from one checkpoint within an epoch to the next; there is one after each epoch anyway.</param>
/// <param name="Data">What tells these data from others.</param>
internal sealed record CheckpointSettings(
    CheckpointFolder Folder,
    ResumePolicy Resume,
    TimeSpan Interval,
    ImmutableArray<IdentityPart> Data
)
{
    /// <summary>Whether the model of the best epoch is saved as a file of its own, for others than the training itself.</summary>
    public bool SavesBestModel { get; init; } = true;
}
