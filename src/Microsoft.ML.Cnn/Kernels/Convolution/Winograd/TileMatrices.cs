using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>
/// One of the constant matrices of y = Aᵀ [ (G g Gᵀ) ⊙ (Bᵀ d B) ] A, as the product of it and a column of vectors: what leads from
/// pixels or taps to the six interpolation points. Steps count floats.
/// </summary>
internal unsafe interface IMatrixToPoints
{
    /// <summary>Elements of the column that is read.</summary>
    static abstract int Inputs { get; }

    static abstract void Multiply<V, TSink>(float* source, nint sourceStep, float* target, nint targetStep, TSink sink)
        where V : struct, IVector<V>
        where TSink : struct, ISink<V>;
}

/// <summary>As <see cref="IMatrixToPoints"/>, but what leads back from the six points.</summary>
internal unsafe interface IMatrixFromPoints
{
    /// <summary>Elements of the column that is written.</summary>
    static abstract int Outputs { get; }

    static abstract void Multiply<V, TSink>(float* source, nint sourceStep, float* target, nint targetStep, TSink sink)
        where V : struct, IVector<V>
        where TSink : struct, ISink<V>;
}

/// <summary>
/// Bᵀ, for a tile of the input: in each row the coefficients of Π (x - q) over the other finite points q; in the last, over all of them.
/// <code>
/// 1  -3/2   -2   3/2   1    0
/// 0   -1   1/2   5/2   1    0
/// 0    1  -5/2   1/2   1    0
/// 0   -2   -1     2    1    0
/// 0   1/2  -1   -1/2   1    0
/// 0    1  -3/2   -2   3/2   1
/// </code>
/// </summary>
internal readonly unsafe struct InputMatrix : IMatrixToPoints
{
    public static int Inputs
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 6;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply<V, TSink>(float* source, nint sourceStep, float* target, nint targetStep, TSink sink)
        where V : struct, IVector<V>
        where TSink : struct, ISink<V>
    {
        V d0 = V.Load(source);
        V d1 = V.Load(source + sourceStep);
        V d2 = V.Load(source + 2 * sourceStep);
        V d3 = V.Load(source + 3 * sourceStep);
        V d4 = V.Load(source + 4 * sourceStep);
        V d5 = V.Load(source + 5 * sourceStep);
        V threeHalves = V.Broadcast(1.5f);
        V even = d4 - d2;
        V odd = d3 - d1;

        sink.Write(target, V.MultiplyAdd(threeHalves, odd, d0 - d2 + even));
        sink.Write(target + targetStep, V.MultiplyAdd(threeHalves, d3 + d2, even + odd));
        sink.Write(target + 2 * targetStep, V.MultiplyAdd(threeHalves, d3 - d2, even - odd));
        sink.Write(target + 3 * targetStep, V.MultiplyAdd(V.Broadcast(2), odd, even));
        sink.Write(target + 4 * targetStep, V.MultiplyAdd(V.Broadcast(-0.5f), odd, even));
        sink.Write(target + 5 * targetStep, V.MultiplyAdd(threeHalves, even, d5 - d3 - odd));
    }
}

/// <summary>G, for a filter: the values of the polynomial whose coefficients are the taps, over Lagrange's denominators.</summary>
internal static unsafe class FilterMatrix<TAlgorithm>
    where TAlgorithm : struct, IWinogradAlgorithm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply<V, TSink>(float* source, nint sourceStep, float* target, nint targetStep, TSink sink)
        where V : struct, IVector<V>
        where TSink : struct, ISink<V> =>
        Interpolation.Evaluate<V, LagrangeScale, TSink>(TAlgorithm.FilterSide, source, sourceStep, target, targetStep, sink);
}

/// <summary>A, for a tile of the output's gradient.</summary>
internal readonly unsafe struct OutputGradientMatrix<TAlgorithm> : IMatrixToPoints
    where TAlgorithm : struct, IWinogradAlgorithm
{
    public static int Inputs
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TAlgorithm.OutputSide;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply<V, TSink>(float* source, nint sourceStep, float* target, nint targetStep, TSink sink)
        where V : struct, IVector<V>
        where TSink : struct, ISink<V> =>
        Interpolation.Evaluate<V, Unscaled, TSink>(TAlgorithm.OutputSide, source, sourceStep, target, targetStep, sink);
}

/// <summary>Aᵀ, from the products to a tile of the output.</summary>
internal readonly unsafe struct OutputMatrix<TAlgorithm> : IMatrixFromPoints
    where TAlgorithm : struct, IWinogradAlgorithm
{
    public static int Outputs
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TAlgorithm.OutputSide;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply<V, TSink>(float* source, nint sourceStep, float* target, nint targetStep, TSink sink)
        where V : struct, IVector<V>
        where TSink : struct, ISink<V> =>
        Interpolation.Adjoint<V, Unscaled, TSink>(TAlgorithm.OutputSide, source, sourceStep, target, targetStep, sink);
}

/// <summary>Gᵀ, from the products to the gradient of a filter.</summary>
internal readonly unsafe struct FilterGradientMatrix<TAlgorithm> : IMatrixFromPoints
    where TAlgorithm : struct, IWinogradAlgorithm
{
    public static int Outputs
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TAlgorithm.FilterSide;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply<V, TSink>(float* source, nint sourceStep, float* target, nint targetStep, TSink sink)
        where V : struct, IVector<V>
        where TSink : struct, ISink<V> =>
        Interpolation.Adjoint<V, LagrangeScale, TSink>(TAlgorithm.FilterSide, source, sourceStep, target, targetStep, sink);
}
