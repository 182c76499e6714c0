using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>Sums kept one number a lane, brought to an end.</summary>
internal static unsafe class LaneSums
{
    /// <summary>sums[i] = the lanes of vector i added up.</summary>
    /// <param name="accumulate">Adds to what the sums hold.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void To<V>(float* vectors, int count, float* sums, bool accumulate)
        where V : struct, IVector<V>
    {
        int whole = count - count % V.Count;
        for (int i = 0; i < whole; i += V.Count)
        {
            V sum = Transposition.Sums<V>(vectors + (nint)i * V.Count);
            (accumulate ? V.Load(sums + i) + sum : sum).Store(sums + i);
        }

        for (int i = whole; i < count; i++)
        {
            float sum = V.Sum(V.Load(vectors + (nint)i * V.Count));
            sums[i] = accumulate ? sums[i] + sum : sum;
        }
    }
}
