namespace Microsoft.ML.Cnn.Networks.Plans;

/// <summary>A part of a step. Passes run in order; what separates two of them is decided by their kind.</summary>
internal abstract record Pass;

/// <summary>Work on one slice that touches no other: neighbouring ones run depth first, slice by slice, without a barrier.</summary>
internal sealed record SlicePass(SliceWork Run) : Pass;

/// <summary>Work on the whole batch in independent pieces, between two barriers.</summary>
/// <param name="Pieces">Their number for a full batch.</param>
/// <param name="Run">Takes the worker and the number of the piece.</param>
internal sealed record BatchPass(int Pieces, Action<int, int> Run) : Pass;

internal delegate void SliceWork(in Slice slice);
