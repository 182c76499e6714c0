using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>As <see cref="ShardSums{V}"/>, in double precision.</summary>
internal sealed unsafe class ShardDoubles<V>(PlanContext<V> context, long length)
    where V : struct, IVector<V>
{
    private readonly Arena.Place place = context.Arena.Reserve(2 * Pitch(length) * context.Slicing.Shards);

    public double* this[int shard] => (double*)place.Data + shard * Pitch(length);

    /// <summary>The sums of a slice's shard, zeroed if it is the first to add to them.</summary>
    public double* Begin(in Slice slice)
    {
        double* sums = this[slice.Shard];
        if (slice.IsFirstOfShard)
        {
            new Span<double>(sums, (int)length).Clear();
        }

        return sums;
    }

    /// <summary>Overwrites the target with a range of the sums of all shards.</summary>
    public void SumTo(float* target, long from, int count)
    {
        new Span<float>(target, count).Clear();
        Reduction.AddTo(target, this[0] + from, Pitch(length), context.Slicing.ShardsOf(context.Live.Count), count);
    }

    private static nint Pitch(long length) => (nint)AlignedBuffer.RoundUp(length);
}
