using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>Blends two images.</summary>
internal static unsafe class Blend
{
    /// <summary>x = share * x + (1 - share) * y; the same bits on every width.</summary>
    public static void Run<V>(float* x, float* y, int length, float share)
        where V : struct, IVector<V>
    {
        int whole = length - length % V.Count;
        Run<V>(x, y, 0, whole, share);
        Run<F32x1>(x, y, whole, length, share);
    }

    private static void Run<V>(float* x, float* y, int from, int to, float share)
        where V : struct, IVector<V>
    {
        V first = V.Broadcast(share);
        V second = V.Broadcast(1 - share);
        for (nint i = from; i < to; i += V.Count)
        {
            V.MultiplyAdd(V.Load(x + i), first, V.Load(y + i) * second).Store(x + i);
        }
    }
}
