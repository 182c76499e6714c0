using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Benchmarks.Kernels;

/// <summary>What a kernel cannot do without: floats that are only read, only written, and changed in place.</summary>
/// <param name="Read">Floats.</param>
/// <param name="Written">Floats.</param>
/// <param name="Changed">Floats; each is read and written.</param>
internal readonly record struct MemoryTraffic(long Read, long Written, long Changed)
{
    /// <summary>Runs of each that follow each other: as a kernel's, the streams go on side by side.</summary>
    private const int RunLength = 1024;

    public long Bytes => sizeof(float) * (Read + Written + 2 * Changed);

    /// <summary>Does so much with memory, and nothing else.</summary>
    /// <param name="memory">Gives it.</param>
    public unsafe Func<float> In<V>(KernelMemory memory)
        where V : struct, IVector<V>
    {
        MemoryTraffic traffic = this;
        float* read = memory.Random(Read);
        float* written = memory.Random(Written);
        float* changed = memory.Random(Changed);
        return () => traffic.Move<V>(read, written, changed);
    }

    private unsafe float Move<V>(float* read, float* written, float* changed)
        where V : struct, IVector<V>
    {
        long runs = Math.Max(Read, Math.Max(Written, Changed)) / RunLength;
        float sum = 0;
        for (long run = 0; run < runs; run++)
        {
            sum += Sum<V>(read + From(Read, run), read + From(Read, run + 1));
            Fill<V>(written + From(Written, run), written + From(Written, run + 1));
            Change<V>(changed + From(Changed, run), changed + From(Changed, run + 1));
        }

        return sum;

        // Whole blocks of four vectors.
        long From(long length, long run) => length / (4 * V.Count) * run / runs * (4 * V.Count);
    }

    // Four sums at once: none waits for another.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe float Sum<V>(float* from, float* end)
        where V : struct, IVector<V>
    {
        V sum0 = V.Broadcast(0);
        V sum1 = sum0;
        V sum2 = sum0;
        V sum3 = sum0;
        for (; from < end; from += 4 * V.Count)
        {
            sum0 += V.Load(from);
            sum1 += V.Load(from + V.Count);
            sum2 += V.Load(from + 2 * V.Count);
            sum3 += V.Load(from + 3 * V.Count);
        }

        return V.Sum(sum0 + sum1 + sum2 + sum3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Fill<V>(float* from, float* end)
        where V : struct, IVector<V>
    {
        V one = V.Broadcast(1);
        for (; from < end; from += V.Count)
        {
            one.Store(from);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Change<V>(float* from, float* end)
        where V : struct, IVector<V>
    {
        V one = V.Broadcast(1);
        for (; from < end; from += V.Count)
        {
            (V.Load(from) * one).Store(from);
        }
    }
}
