using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>
/// The transforms of an algorithm, of one vector of channels at a time; the algorithm itself does not show. <c>next</c>, if not null, is what
/// will be read next: as much, as far apart.
/// </summary>
internal abstract unsafe class TileTransforms<V>
    where V : struct, IVector<V>
{
    /// <summary>The algorithm of a size.</summary>
    /// <param name="size">Of tiles and filters.</param>
    /// <param name="isStream">
    /// Whether results at the points, and gradients of filters, are so many that they had better pass the caches by; the caller ends the streaming.
    /// </param>
    public static TileTransforms<V> For(WinogradSize size, bool isStream) =>
        isStream ? For<StreamingSink<V>>(size) : For<PlainSink<V>>(size);

    /// <summary>Bᵀ d B of a run of tiles.</summary>
    public abstract void LoadInput(in Patch x, int tiles, float* target, nint targetStride, in Lookahead<V> ahead);

    /// <summary>A dy Aᵀ of a run of tiles.</summary>
    public abstract void LoadOutputGradient(in Patch dy, int tiles, float* target, nint targetStride, in Lookahead<V> ahead);

    /// <summary>G g Gᵀ of as many filters as a vector has lanes.</summary>
    public abstract void LoadFilters(float* taps, float* target, nint targetStride);

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
    public abstract void StoreFilterGradient(float* source, nint sourceStride, in Patch dw, bool accumulate, float* next);

    private static TileTransforms<V> For<TSink>(WinogradSize size)
        where TSink : struct, ISink<V> =>
        (size.OutputSide, size.FilterSide) switch
        {
            (4, 3) => new Of<SixPoints, F4x3, TSink>(),
            (2, 5) => new Of<SixPoints, F2x5, TSink>(),
            (4, 5) => new Of<EightPoints, F4x5, TSink>(),
            _ => throw new ArgumentOutOfRangeException(nameof(size), size, "There is no such algorithm."),
        };

    private sealed class Of<TInterpolation, TAlgorithm, TSink> : TileTransforms<V>
        where TInterpolation : struct, IInterpolation
        where TAlgorithm : struct, IWinogradAlgorithm
        where TSink : struct, ISink<V>
    {
        public override void LoadInput(in Patch x, int tiles, float* target, nint targetStride, in Lookahead<V> ahead) =>
            ToPoints<V, InputMatrix<TInterpolation>, TSink>.Apply(x, TAlgorithm.OutputSide, tiles, target, targetStride, ahead);

        public override void LoadOutputGradient(in Patch dy, int tiles, float* target, nint targetStride, in Lookahead<V> ahead) =>
            ToPoints<V, OutputGradientMatrix<TInterpolation, TAlgorithm>, TSink>.Apply(
                dy,
                TAlgorithm.OutputSide,
                tiles,
                target,
                targetStride,
                ahead
            );

        public override void LoadFilters(float* taps, float* target, nint targetStride) =>
            FilterTransform<V, TInterpolation, TAlgorithm, TSink>.Apply(taps, target, targetStride);

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

        public override void StoreFilterGradient(float* source, nint sourceStride, in Patch dw, bool accumulate, float* next)
        {
            if (accumulate)
            {
                Store<AddingSink<V>>(source, sourceStride, dw, next);
            }
            else
            {
                Store<TSink>(source, sourceStride, dw, next);
            }
        }

        private static void Store<TFilterSink>(float* source, nint sourceStride, in Patch dw, float* next)
            where TFilterSink : struct, ISink<V> =>
            FromPoints<V, FilterGradientMatrix<TInterpolation, TAlgorithm>, TFilterSink>.Apply(
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
