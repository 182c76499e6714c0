using System.Collections.Immutable;

namespace Microsoft.ML.Cnn.Training.Checkpoints;

/// <summary>All of a checkpoint but its buffers.</summary>
/// <param name="Identity">Which training it is of.</param>
/// <param name="Seed">That it was given, or that was drawn for it: another process goes on with it.</param>
/// <param name="Position">How far it has come.</param>
/// <param name="Epochs">What became of the epochs that are over.</param>
/// <param name="Lengths">The floats of each buffer that follows: parameters, states, the optimizer's, and the best epoch's where they are kept.</param>
internal sealed record CheckpointHeader(
    TrainingIdentity Identity,
    int Seed,
    TrainingPosition Position,
    ImmutableArray<CnnTrainingMetrics> Epochs,
    ImmutableArray<long> Lengths
);
