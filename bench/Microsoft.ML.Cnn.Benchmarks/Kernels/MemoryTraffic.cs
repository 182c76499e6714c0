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
    private const int RunLength = 256;

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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe float Move<V>(float* read, float* written, float* changed)
        where V : struct, IVector<V>
    {
        long runs = Math.Max(Read, Math.Max(Written, Changed)) / RunLength;
        V sum = V.Broadcast(0);
        V one = V.Broadcast(1);
        for (long run = 0; run < runs; run++)
        {
            for (long i = From(Read, run, runs); i < From(Read, run + 1, runs); i += V.Count)
            {
                sum += V.Load(read + i);
            }

            for (long i = From(Written, run, runs); i < From(Written, run + 1, runs); i += V.Count)
            {
                one.Store(written + i);
            }

            for (long i = From(Changed, run, runs); i < From(Changed, run + 1, runs); i += V.Count)
            {
                (V.Load(changed + i) * one).Store(changed + i);
            }
        }

        return V.Sum(sum);

        static long From(long length, long run, long runs) => length / V.Count * run / runs * V.Count;
    }
}
