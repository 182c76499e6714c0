using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Memory;

/// <summary>
/// Memory that steps use one after another and that nothing survives in: a private part, whose contents last for a pass, for each worker or, where a pass
/// takes slices and a batch has fewer shards than there are workers, for each shard; and a common part, whose contents last as long as a step's turn.
/// </summary>
/// <param name="workers">Of the plan.</param>
/// <param name="shards">Of a full batch.</param>
internal sealed unsafe class Workspace(int workers, int shards)
{
    private long workerLength;
    private long sliceLength;
    private long commonLength;
    private Arena.Place place;

    /// <summary>The common part.</summary>
    public float* Common => place.Data + PrivateLength;

    // Passes of slices and of the whole batch never run at the same time.
    private long PrivateLength => Math.Max(workers * Pitch(workerLength), Math.Min(workers, shards) * Pitch(sliceLength));

    public void NeedPrivate(long floats) => workerLength = Math.Max(workerLength, floats);

    public void NeedForSlice(long floats) => sliceLength = Math.Max(sliceLength, floats);

    public void NeedCommon(long floats) => commonLength = Math.Max(commonLength, floats);

    /// <summary>To be called once all steps have said what they need.</summary>
    public void Reserve(Arena arena) => place = arena.Reserve(PrivateLength + commonLength);

    /// <summary>The private part of a worker.</summary>
    public float* Of(int worker) => place.Data + worker * Pitch(workerLength);

    /// <summary>The private part of whoever carries a slice.</summary>
    public float* Of(in Slice slice) => place.Data + (shards < workers ? slice.Shard : slice.Worker) * Pitch(sliceLength);

    // A line more keeps equal places of two workers out of one cache set.
    private static long Pitch(long length) => AlignedBuffer.RoundUp(length) + AlignedBuffer.Line;
}
