namespace Microsoft.ML.Cnn.Training.Optimizers;

/// <summary>Part of a segment, as an optimizer changes it.</summary>
/// <param name="Offset">Of its first element in the flat buffers.</param>
/// <param name="Length">Elements.</param>
/// <param name="RateMultiplier">What the learning rate is multiplied by.</param>
/// <param name="WeightDecay">The optimizer's, or 0 where the segment does not decay.</param>
internal readonly record struct ParameterPiece(nint Offset, int Length, float RateMultiplier, float WeightDecay);
