using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>
/// The transforms of an algorithm, of one vector of channels at a time; the algorithm itself does not show. Where results are so many that they
/// had better pass the caches by, <c>isStream</c> says so, and it is for the caller to end the streaming. <c>next</c>, if not null, is what
/// will be read next: as much, as far apart.
/// </summary>
internal abstract unsafe class TileTransforms<V>
    where V : struct, IVector<V>
{
    /// <summary>The algorithm of a size.</summary>
    public static TileTransforms<V> For(WinogradSize size) =>
        (size.OutputSide, size.FilterSide) switch
        {
            (4, 3) => new Of<SixPoints, F4x3>(),
            (2, 5) => new Of<SixPoints, F2x5>(),
            (4, 5) => new Of<EightPoints, F4x5>(),
            _ => throw new ArgumentOutOfRangeException(nameof(size), size, "There is no such algorithm."),
        };

    /// <summary>Bᵀ d B of a run of tiles.</summary>
    public abstract void LoadInput(in Patch x, int tiles, float* target, nint targetStride, bool isStream, in Lookahead<V> ahead);

    /// <summary>A dy Aᵀ of a run of tiles.</summary>
    public abstract void LoadOutputGradient(in Patch dy, int tiles, float* target, nint targetStride, bool isStream, in Lookahead<V> ahead);

    /// <summary>G g Gᵀ of as many filters as a vector has lanes.</summary>
    public abstract void LoadFilters(float* taps, float* target, nint targetStride, bool isStream);

    /// <summary>y = max(floor, Aᵀ m A + bias) of a run of tiles.</summary>
    public abstract void StoreOutput(
        float* source,
        nint sourceStride,
        int tiles,
        in Patch y,
        V bias,
        V floor,
        float* next,
        in Lookahead<V> ahead
    );

    /// <summary>dw = Gᵀ u G of a filter, or dw += that.</summary>
    public abstract void StoreFilterGradient(float* source, nint sourceStride, in Patch dw, bool accumulate, bool isStream, float* next);

    private sealed class Of<TInterpolation, TAlgorithm> : TileTransforms<V>
        where TInterpolation : struct, IInterpolation
        where TAlgorithm : struct, IWinogradAlgorithm
    {
        public override void LoadInput(in Patch x, int tiles, float* target, nint targetStride, bool isStream, in Lookahead<V> ahead) =>
            Load<InputMatrix<TInterpolation>>(x, tiles, target, targetStride, isStream, ahead);

        public override void LoadOutputGradient(
            in Patch dy,
            int tiles,
            float* target,
            nint targetStride,
            bool isStream,
            in Lookahead<V> ahead
        ) => Load<OutputGradientMatrix<TInterpolation, TAlgorithm>>(dy, tiles, target, targetStride, isStream, ahead);

        public override void LoadFilters(float* taps, float* target, nint targetStride, bool isStream)
        {
            if (isStream)
            {
                FilterTransform<V, TInterpolation, TAlgorithm, StreamingSink<V>>.Apply(taps, target, targetStride);
            }
            else
            {
                FilterTransform<V, TInterpolation, TAlgorithm, PlainSink<V>>.Apply(taps, target, targetStride);
            }
        }

        public override void StoreOutput(
            float* source,
            nint sourceStride,
            int tiles,
            in Patch y,
            V bias,
            V floor,
            float* next,
            in Lookahead<V> ahead
        ) =>
            FromPoints<V, OutputMatrix<TInterpolation, TAlgorithm>, BiasSink<V>>.Apply(
                source,
                sourceStride,
                tiles,
                y,
                new BiasSink<V>(bias, floor),
                next,
                ahead
            );

        public override void StoreFilterGradient(float* source, nint sourceStride, in Patch dw, bool accumulate, bool isStream, float* next)
        {
            if (accumulate)
            {
                Store<AddingSink<V>>(source, sourceStride, dw, next);
            }
            else if (isStream)
            {
                Store<StreamingSink<V>>(source, sourceStride, dw, next);
            }
            else
            {
                Store<PlainSink<V>>(source, sourceStride, dw, next);
            }
        }

        private static void Load<TMatrix>(
            in Patch pixels,
            int tiles,
            float* target,
            nint targetStride,
            bool isStream,
            in Lookahead<V> ahead
        )
            where TMatrix : struct, IMatrixToPoints
        {
            if (isStream)
            {
                ToPoints<V, TMatrix, StreamingSink<V>>.Apply(pixels, TAlgorithm.OutputSide, tiles, target, targetStride, ahead);
            }
            else
            {
                ToPoints<V, TMatrix, PlainSink<V>>.Apply(pixels, TAlgorithm.OutputSide, tiles, target, targetStride, ahead);
            }
        }

        private static void Store<TSink>(float* source, nint sourceStride, in Patch dw, float* next)
            where TSink : struct, ISink<V> =>
            FromPoints<V, FilterGradientMatrix<TInterpolation, TAlgorithm>, TSink>.Apply(
                source,
                sourceStride,
                1,
                dw,
                default,
                next,
                default
            );
    }
}
