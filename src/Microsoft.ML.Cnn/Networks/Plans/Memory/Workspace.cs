using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Memory;

/// <summary>
/// Memory that steps use one after another and that nothing survives in: a private part for each worker, whose contents last for a pass, and
/// a common part, whose contents last as long as a step's turn.
/// </summary>
internal sealed unsafe class Workspace(int workers)
{
    private long privateLength;
    private long commonLength;
    private Arena.Place place;

    /// <summary>The common part.</summary>
    public float* Common => place.Data + workers * PrivatePitch;

    // A line more keeps equal places of two workers out of one cache set.
    private long PrivatePitch => AlignedBuffer.RoundUp(privateLength) + AlignedBuffer.Line;

    public void NeedPrivate(long floats) => privateLength = Math.Max(privateLength, floats);

    public void NeedCommon(long floats) => commonLength = Math.Max(commonLength, floats);

    /// <summary>To be called once all steps have said what they need.</summary>
    public void Reserve(Arena arena) => place = arena.Reserve(workers * PrivatePitch + commonLength);

    /// <summary>The private part of a worker.</summary>
    public float* Of(int worker) => place.Data + worker * PrivatePitch;
}
