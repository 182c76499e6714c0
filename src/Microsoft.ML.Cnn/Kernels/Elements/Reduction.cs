using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>Sums, always in the same order.</summary>
internal static unsafe class Reduction
{
    /// <summary>
    /// y[i] = shard 0 [i] + shard 1 [i] + ..., in the order of shards, which lie <paramref name="pitch"/> floats apart. y may be
    /// shard 0.
    /// </summary>
    public static void Sum<V>(float* shards, nint pitch, int count, float* y, nint length)
        where V : struct, IVector<V>
    {
        nint whole = length - length % V.Count;
        Sum<V>(shards, pitch, count, y, 0, whole);
        Sum<F32x1>(shards, pitch, count, y, whole, length);
    }

    /// <summary>sums[channel] += the channel's pixels: the gradient of a bias. Only lanes that hold an image enter.</summary>
    public static void ChannelSums<V>(Layout layout, int channels, int images, Planes dy, float* sums)
        where V : struct, IVector<V>
    {
        for (int plane = 0; plane < dy.Count; plane++)
        {
            if (layout == Layout.Images)
            {
                int live = Math.Min(V.Count, images - plane / channels * V.Count);
                sums[plane % channels] += PlaneSum<V>(dy, plane, live);
                continue;
            }

            int whole = channels - channels % V.Count;
            for (int row = 0; row < dy.Height; row++)
            {
                AddRow<V>(dy.Row(plane, row), dy.Width, channels, sums, 0, whole);
                AddRow<F32x1>(dy.Row(plane, row), dy.Width, channels, sums, whole, channels);
            }
        }
    }

    private static void Sum<V>(float* shards, nint pitch, int count, float* y, nint from, nint to)
        where V : struct, IVector<V>
    {
        for (nint i = from; i < to; i += V.Count)
        {
            V sum = V.Load(shards + i);
            for (int shard = 1; shard < count; shard++)
            {
                sum += V.Load(shards + shard * pitch + i);
            }

            sum.Store(y + i);
        }
    }

    private static void AddRow<V>(float* row, int width, nint channels, float* sums, int from, int to)
        where V : struct, IVector<V>
    {
        for (nint c = from; c < to; c += V.Count)
        {
            V sum = V.Broadcast(0);
            for (nint at = c; at < width * channels; at += channels)
            {
                sum += V.Load(row + at);
            }

            Accumulate.To(sums + c, sum);
        }
    }

    private static float PlaneSum<V>(in Planes dy, int plane, int live)
        where V : struct, IVector<V>
    {
        V sum = V.Broadcast(0);
        for (int row = 0; row < dy.Height; row++)
        {
            float* source = dy.Row(plane, row);
            V rowSum = V.Broadcast(0);
            for (nint i = 0; i < dy.RowLength; i += V.Count)
            {
                rowSum += V.Load(source + i);
            }

            sum += rowSum;
        }

        float* lanes = stackalloc float[V.Count];
        sum.Store(lanes);
        float total = 0;
        for (int lane = 0; lane < live; lane++)
        {
            total += lanes[lane];
        }

        return total;
    }
}
