using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>The transforms of an algorithm, of one vector of channels at a time; the algorithm itself does not show.</summary>
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
    public abstract void LoadInput(in Patch x, int tiles, float* target, nint targetStride);

    /// <summary>A dy Aᵀ of a run of tiles.</summary>
    public abstract void LoadOutputGradient(in Patch dy, int tiles, float* target, nint targetStride);

    /// <summary>G g Gᵀ of as many filters as a vector has lanes.</summary>
    public abstract void LoadFilters(float* taps, float* target, nint targetStride);

    /// <summary>y = max(floor, Aᵀ m A + bias) of a run of tiles.</summary>
    public abstract void StoreOutput(float* source, nint sourceStride, int tiles, in Patch y, V bias, V floor);

    /// <summary>dw = Gᵀ u G of a filter, or dw += that.</summary>
    public abstract void StoreFilterGradient(float* source, nint sourceStride, in Patch dw, bool accumulate);

    private sealed class Of<TInterpolation, TAlgorithm> : TileTransforms<V>
        where TInterpolation : struct, IInterpolation
        where TAlgorithm : struct, IWinogradAlgorithm
    {
        public override void LoadInput(in Patch x, int tiles, float* target, nint targetStride) =>
            ToPoints<V, InputMatrix<TInterpolation>>.Apply(x, TAlgorithm.OutputSide, tiles, target, targetStride);

        public override void LoadOutputGradient(in Patch dy, int tiles, float* target, nint targetStride) =>
            ToPoints<V, OutputGradientMatrix<TInterpolation, TAlgorithm>>.Apply(dy, TAlgorithm.OutputSide, tiles, target, targetStride);

        public override void LoadFilters(float* taps, float* target, nint targetStride) =>
            FilterTransform<V, TInterpolation, TAlgorithm>.Apply(taps, target, targetStride);

        public override void StoreOutput(float* source, nint sourceStride, int tiles, in Patch y, V bias, V floor) =>
            FromPoints<V, OutputMatrix<TInterpolation, TAlgorithm>, BiasSink<V>>.Apply(
                source,
                sourceStride,
                tiles,
                y,
                new BiasSink<V>(bias, floor)
            );

        public override void StoreFilterGradient(float* source, nint sourceStride, in Patch dw, bool accumulate)
        {
            if (accumulate)
            {
                FromPoints<V, FilterGradientMatrix<TInterpolation, TAlgorithm>, AddingSink<V>>.Apply(source, sourceStride, 1, dw, default);
            }
            else
            {
                FromPoints<V, FilterGradientMatrix<TInterpolation, TAlgorithm>, PlainSink<V>>.Apply(source, sourceStride, 1, dw, default);
            }
        }
    }
}
