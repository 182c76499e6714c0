using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>
/// G g Gᵀ of as many filters of one vector of channels as it has lanes. Taps follow each other as in <see cref="FilterTaps{V}"/>.
/// </summary>
internal static unsafe class FilterTransform<V, TInterpolation, TAlgorithm, TSink>
    where V : struct, IVector<V>
    where TInterpolation : struct, IInterpolation
    where TSink : struct, ISink<V>
    where TAlgorithm : struct, IWinogradAlgorithm
{
    private static int Points
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TInterpolation.Points;
    }

    /// <summary>Taps into neighbouring rows of the matrices.</summary>
    /// <param name="target">The first row of the first matrix.</param>
    /// <param name="stride">From a matrix to the next.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(float* taps, float* target, nint stride)
    {
        // half = G · g, [Points, FilterSide] vectors.
        float* half = stackalloc float[Points * TAlgorithm.FilterSide * V.Count + AlignedBuffer.Line];
        half = AlignedBuffer.Align(half);
        nint halfRow = (nint)TAlgorithm.FilterSide * V.Count;
        nint tap = (nint)V.Count * V.Count;
        for (int filter = 0; filter < V.Count; filter++)
        {
            for (int j = 0; j < TAlgorithm.FilterSide; j++)
            {
                FilterMatrix<TInterpolation, TAlgorithm>.Multiply<V, PlainSink<V>>(
                    taps + j * tap,
                    TAlgorithm.FilterSide * tap,
                    half + j * V.Count,
                    halfRow,
                    default
                );
            }

            for (int i = 0; i < Points; i++)
            {
                FilterMatrix<TInterpolation, TAlgorithm>.Multiply<V, TSink>(
                    half + i * halfRow,
                    V.Count,
                    target + i * Points * stride,
                    stride,
                    default
                );
            }

            taps += V.Count;
            target += V.Count;
        }
    }
}
