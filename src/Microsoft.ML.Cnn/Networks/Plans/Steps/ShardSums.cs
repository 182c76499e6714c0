using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans.Memory;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>Sums that each shard of a batch makes for itself, and that are added up afterwards in the order of the shards.</summary>
internal sealed unsafe class ShardSums<V>
    where V : struct, IVector<V>
{
    private readonly PlanContext<V> context;
    private readonly Arena.Place place;
    private readonly nint pitch;

    public ShardSums(PlanContext<V> context, long length)
    {
        this.context = context;
        Length = length;
        pitch = (nint)AlignedBuffer.RoundUp(length);
        place = context.Arena.Reserve(pitch * context.Slicing.Shards);
    }

    public long Length { get; }

    /// <summary>Shards that the batch uses.</summary>
    public int Used => context.Slicing.ShardsOf(context.Live.Count);

    public float* this[int shard] => place.Data + shard * pitch;

    /// <summary>The sums of a slice's shard, zeroed if it is the first to add to them.</summary>
    public float* Begin(in Slice slice)
    {
        float* sums = this[slice.Shard];
        if (slice.IsFirstOfShard)
        {
            new Span<float>(sums, (int)Length).Clear();
        }

        return sums;
    }

    /// <summary>Adds up all shards.</summary>
    public void SumTo(float* target) => SumTo(target, 0, Length);

    /// <summary>Adds up a range of all shards.</summary>
    public void SumTo(float* target, long from, long to) => Reduction.Sum<V>(this[0] + from, pitch, Used, target + from, (nint)(to - from));
}
