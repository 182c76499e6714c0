using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans.Memory;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>As <see cref="ShardSums{V}"/>, in double precision.</summary>
internal sealed unsafe class ShardDoubles<V>
    where V : struct, IVector<V>
{
    private readonly PlanContext<V> context;
    private readonly int length;
    private readonly nint pitch;
    private readonly Arena.Place place;

    public ShardDoubles(PlanContext<V> context, long length)
    {
        this.context = context;
        this.length = checked((int)length);
        pitch = (nint)AlignedBuffer.RoundUp(length);
        place = context.Arena.Reserve(2 * pitch * context.Slicing.Shards);
    }

    /// <summary>The sums of a slice's shard, zeroed if it is the first to add to them.</summary>
    public double* Begin(in Slice slice)
    {
        double* sums = this[slice.Shard];
        if (slice.IsFirstOfShard)
        {
            new Span<double>(sums, length).Clear();
        }

        return sums;
    }

    /// <summary>Adds up all shards, into the first one's memory.</summary>
    public double* SumUp()
    {
        double* total = this[0];
        for (int shard = 1; shard < context.Slicing.ShardsOf(context.Live.Count); shard++)
        {
            for (int i = 0; i < length; i++)
            {
                total[i] += this[shard][i];
            }
        }

        return total;
    }

    private double* this[int shard] => (double*)place.Data + shard * pitch;
}
