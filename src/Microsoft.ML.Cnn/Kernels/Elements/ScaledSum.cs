using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>y += scale * x.</summary>
internal static unsafe class ScaledSum
{
    public static void AddTo<V>(float* x, float scale, float* y, nint length)
        where V : struct, IVector<V>
    {
        nint whole = length - length % V.Count;
        Run<V>(x, scale, y, 0, whole);
        Run<F32x1>(x, scale, y, whole, length);
    }

    private static void Run<V>(float* x, float scale, float* y, nint from, nint to)
        where V : struct, IVector<V>
    {
        for (nint i = from; i < to; i += V.Count)
        {
            V.MultiplyAdd(V.Broadcast(scale), V.Load(x + i), V.Load(y + i)).Store(y + i);
        }
    }
}
