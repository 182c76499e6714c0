using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans;

/// <summary>
/// The one allocation of a plan. While the plan is compiled it hands out places; then it is allocated at once, and no step allocates again.
/// </summary>
internal sealed unsafe class Arena : IDisposable
{
    // A micro-kernel may read two vectors past the last pixel of the last blob (it stores none of it).
    private const int Slack = 4 * AlignedBuffer.Line;

    private AlignedBuffer? buffer;
    private long length;

    /// <summary>Bytes, once allocated.</summary>
    public long Bytes => (length + Slack) * sizeof(float);

    /// <summary>Reserves floats, from a cache line on.</summary>
    public Place Reserve(long floats)
    {
        Place place = new(this, length);
        length = checked(length + AlignedBuffer.RoundUp(floats));
        return place;
    }

    public void Allocate() => buffer = new AlignedBuffer(length + Slack);

    public void Dispose() => buffer?.Dispose();

    /// <summary>Somewhere in the arena; it has an address once that is allocated.</summary>
    public readonly struct Place(Arena arena, long offset)
    {
        public float* Data => arena.buffer!.Data + offset;
    }
}
