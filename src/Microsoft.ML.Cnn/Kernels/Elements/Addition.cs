using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>y = a + b, or max(0, a + b), element by element. y may take the place of a or b.</summary>
internal static unsafe class Addition
{
    public static void Run<V>(Planes a, Planes b, Planes y, bool rectify)
        where V : struct, IVector<V>
    {
        Rows.Join(ref a, ref b, ref y);
        float floor = rectify ? 0 : float.NegativeInfinity;
        int whole = y.RowLength - y.RowLength % V.Count;
        for (int plane = 0; plane < y.Count; plane++)
        {
            for (int row = 0; row < y.Height; row++)
            {
                Run<V>(a.Row(plane, row), b.Row(plane, row), y.Row(plane, row), floor, 0, whole);
                Run<F32x1>(a.Row(plane, row), b.Row(plane, row), y.Row(plane, row), floor, whole, y.RowLength);
            }
        }
    }

    // A greater-of with NaN on the right is NaN.
    private static void Run<V>(float* a, float* b, float* y, float floor, int from, int to)
        where V : struct, IVector<V>
    {
        for (nint i = from; i < to; i += V.Count)
        {
            V.Max(V.Broadcast(floor), V.Load(a + i) + V.Load(b + i)).Store(y + i);
        }
    }
}
