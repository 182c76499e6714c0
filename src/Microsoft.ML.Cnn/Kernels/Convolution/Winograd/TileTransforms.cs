using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>The transforms of an algorithm, of one vector of channels at a time; the algorithm itself does not show.</summary>
internal abstract unsafe class TileTransforms<V>
    where V : struct, IVector<V>
{
    /// <summary>Side of a tile of outputs.</summary>
    public abstract int OutputSide { get; }

    /// <summary>The algorithm for filters of a side.</summary>
    public static TileTransforms<V> For(int filterSide) =>
        filterSide switch
        {
            3 => new Of<F4x3>(),
            5 => new Of<F2x5>(),
            _ => throw new ArgumentOutOfRangeException(nameof(filterSide), filterSide, "Winograd's algorithms are for 3 and 5 taps."),
        };

    /// <summary>Bᵀ d B of a run of tiles.</summary>
    public abstract void LoadInput(in Patch x, int tiles, float* target, nint targetStride, in Lookahead<V> ahead);

    /// <summary>A dy Aᵀ of a run of tiles.</summary>
    public abstract void LoadOutputGradient(in Patch dy, int tiles, float* target, nint targetStride, in Lookahead<V> ahead);

    /// <summary>G g Gᵀ of as many filters as a vector has lanes.</summary>
    public abstract void LoadFilters(float* taps, float* target, nint targetStride);

    /// <summary>y = max(floor, Aᵀ m A + bias) of a run of tiles.</summary>
    public abstract void StoreOutput(float* source, nint sourceStride, int tiles, in Patch y, V bias, V floor, in Lookahead<V> ahead);

    /// <summary>dw = Gᵀ u G of a filter, or dw += that.</summary>
    public abstract void StoreFilterGradient(float* source, nint sourceStride, in Patch dw, bool accumulate);

    private sealed class Of<TAlgorithm> : TileTransforms<V>
        where TAlgorithm : struct, IWinogradAlgorithm
    {
        public override int OutputSide => TAlgorithm.OutputSide;

        public override void LoadInput(in Patch x, int tiles, float* target, nint targetStride, in Lookahead<V> ahead) =>
            ToPoints<V, InputMatrix>.Apply(x, TAlgorithm.OutputSide, tiles, target, targetStride, ahead);

        public override void LoadOutputGradient(in Patch dy, int tiles, float* target, nint targetStride, in Lookahead<V> ahead) =>
            ToPoints<V, OutputGradientMatrix<TAlgorithm>>.Apply(dy, TAlgorithm.OutputSide, tiles, target, targetStride, ahead);

        public override void LoadFilters(float* taps, float* target, nint targetStride) =>
            FilterTransform<V, TAlgorithm>.Apply(taps, target, targetStride);

        public override void StoreOutput(float* source, nint sourceStride, int tiles, in Patch y, V bias, V floor, in Lookahead<V> ahead) =>
            FromPoints<V, OutputMatrix<TAlgorithm>, BiasSink<V>>.Apply(source, sourceStride, tiles, y, new BiasSink<V>(bias, floor), ahead);

        public override void StoreFilterGradient(float* source, nint sourceStride, in Patch dw, bool accumulate)
        {
            if (accumulate)
            {
                FromPoints<V, FilterGradientMatrix<TAlgorithm>, AddingSink<V>>.Apply(source, sourceStride, 1, dw, default, default);
            }
            else
            {
                FromPoints<V, FilterGradientMatrix<TAlgorithm>, PlainSink<V>>.Apply(source, sourceStride, 1, dw, default, default);
            }
        }
    }
}
