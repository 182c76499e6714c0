using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>
/// One of the constant matrices of y = Aᵀ [ (G g Gᵀ) ⊙ (Bᵀ d B) ] A, as the product of it and a column of vectors: what leads from
/// pixels or taps to the interpolation points. Steps count floats.
/// </summary>
internal unsafe interface IMatrixToPoints
{
    /// <summary>Elements of the column that is written.</summary>
    static abstract int Points { get; }

    /// <summary>Elements of the column that is read.</summary>
    static abstract int Inputs { get; }

    static abstract void Multiply<V, TSink>(float* source, nint sourceStep, float* target, nint targetStep, TSink sink)
        where V : struct, IVector<V>
        where TSink : struct, ISink<V>;
}

/// <summary>As <see cref="IMatrixToPoints"/>, but what leads back from the points.</summary>
internal unsafe interface IMatrixFromPoints
{
    /// <summary>Elements of the column that is read.</summary>
    static abstract int Points { get; }

    /// <summary>Elements of the column that is written.</summary>
    static abstract int Outputs { get; }

    static abstract void Multiply<V, TSink>(float* source, nint sourceStep, float* target, nint targetStep, TSink sink)
        where V : struct, IVector<V>
        where TSink : struct, ISink<V>;
}

/// <summary>Bᵀ, for a tile of the input.</summary>
internal readonly unsafe struct InputMatrix<TInterpolation> : IMatrixToPoints
    where TInterpolation : struct, IInterpolation
{
    public static int Points
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TInterpolation.Points;
    }

    public static int Inputs
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TInterpolation.Points;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply<V, TSink>(float* source, nint sourceStep, float* target, nint targetStep, TSink sink)
        where V : struct, IVector<V>
        where TSink : struct, ISink<V> => TInterpolation.MultiplyInput<V, TSink>(source, sourceStep, target, targetStep, sink);
}

/// <summary>G, for a filter: the values of the polynomial whose coefficients are the taps, over Lagrange's denominators.</summary>
internal readonly unsafe struct FilterMatrix<TInterpolation, TAlgorithm> : IMatrixToPoints
    where TInterpolation : struct, IInterpolation
    where TAlgorithm : struct, IWinogradAlgorithm
{
    public static int Points
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TInterpolation.Points;
    }

    public static int Inputs
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TAlgorithm.FilterSide;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply<V, TSink>(float* source, nint sourceStep, float* target, nint targetStep, TSink sink)
        where V : struct, IVector<V>
        where TSink : struct, ISink<V> =>
        TInterpolation.Evaluate<V, LagrangeScale<TInterpolation>, TSink>(
            TAlgorithm.FilterSide,
            source,
            sourceStep,
            target,
            targetStep,
            sink
        );
}

/// <summary>A, for a tile of the output's gradient.</summary>
internal readonly unsafe struct OutputGradientMatrix<TInterpolation, TAlgorithm> : IMatrixToPoints
    where TInterpolation : struct, IInterpolation
    where TAlgorithm : struct, IWinogradAlgorithm
{
    public static int Points
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TInterpolation.Points;
    }

    public static int Inputs
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TAlgorithm.OutputSide;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply<V, TSink>(float* source, nint sourceStep, float* target, nint targetStep, TSink sink)
        where V : struct, IVector<V>
        where TSink : struct, ISink<V> =>
        TInterpolation.Evaluate<V, Unscaled, TSink>(TAlgorithm.OutputSide, source, sourceStep, target, targetStep, sink);
}

/// <summary>Aᵀ, from the products to a tile of the output.</summary>
internal readonly unsafe struct OutputMatrix<TInterpolation, TAlgorithm> : IMatrixFromPoints
    where TInterpolation : struct, IInterpolation
    where TAlgorithm : struct, IWinogradAlgorithm
{
    public static int Points
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TInterpolation.Points;
    }

    public static int Outputs
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TAlgorithm.OutputSide;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply<V, TSink>(float* source, nint sourceStep, float* target, nint targetStep, TSink sink)
        where V : struct, IVector<V>
        where TSink : struct, ISink<V> =>
        TInterpolation.Adjoint<V, Unscaled, TSink>(TAlgorithm.OutputSide, source, sourceStep, target, targetStep, sink);
}

/// <summary>Gᵀ, from the products to the gradient of a filter.</summary>
internal readonly unsafe struct FilterGradientMatrix<TInterpolation, TAlgorithm> : IMatrixFromPoints
    where TInterpolation : struct, IInterpolation
    where TAlgorithm : struct, IWinogradAlgorithm
{
    public static int Points
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TInterpolation.Points;
    }

    public static int Outputs
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TAlgorithm.FilterSide;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply<V, TSink>(float* source, nint sourceStep, float* target, nint targetStep, TSink sink)
        where V : struct, IVector<V>
        where TSink : struct, ISink<V> =>
        TInterpolation.Adjoint<V, LagrangeScale<TInterpolation>, TSink>(
            TAlgorithm.FilterSide,
            source,
            sourceStep,
            target,
            targetStep,
            sink
        );
}
