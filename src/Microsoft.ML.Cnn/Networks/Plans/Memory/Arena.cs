using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Memory;

/// <summary>
/// One allocation. While a plan is compiled it hands out places; then it is allocated at once, and no step allocates again.
/// </summary>
internal sealed unsafe class Arena : IDisposable
{
    // A micro-kernel may read two vectors past the last pixel of the last blob (it stores none of it).
    private const int Slack = 4 * AlignedBuffer.Line;

    private AlignedBuffer? buffer;
    private bool isLent;
    private bool isBorrowed;
    private long length;

    /// <summary>Bytes of its own: none where it uses the memory of another.</summary>
    public long Bytes => isBorrowed ? 0 : (length + Slack) * sizeof(float);

    /// <summary>Reserves floats, from a cache line on.</summary>
    public Place Reserve(long floats)
    {
        Place place = new(this, length);
        length = checked(length + AlignedBuffer.RoundUp(floats));
        return place;
    }

    /// <param name="isLent">Whether others may use the memory too: then it is left to the garbage collector.</param>
    public void Allocate(bool isLent = false)
    {
        buffer = new AlignedBuffer(length + Slack);
        this.isLent = isLent;
    }

    /// <summary>Uses the memory that another, in which the same was reserved, has lent.</summary>
    public void ShareWith(Arena owner)
    {
        if (owner.length != length)
        {
            throw new InvalidOperationException($"Plans of one kind want {owner.length} and {length} floats of prepared parameters.");
        }

        buffer = owner.buffer;
        isBorrowed = true;
    }

    public void Dispose()
    {
        if (!isLent && !isBorrowed)
        {
            buffer?.Dispose();
        }
    }

    /// <summary>Somewhere in the arena; it has an address once that is allocated.</summary>
    public readonly struct Place(Arena arena, long offset)
    {
        public float* Data => arena.buffer!.Data + offset;

        /// <summary>Some floats further on.</summary>
        public static Place operator +(Place place, long floats) => place.Moved(floats);

        private Place Moved(long floats) => new(arena, offset + floats);
    }
}
