using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>
/// Polynomials at some interpolation points, one of which is ∞, where their value is the leading coefficient. Steps count floats.
/// <para>
/// How far single precision takes results from the definition depends on the points alone: numbers, their negatives and reciprocals keep the entries of
/// all three matrices close to one. (B. Barabasz, A. Anderson, K. Soodhalter, D. Gregg, "Error Analysis and Improving the Accuracy of Winograd
/// Convolution for Deep Neural Networks", 2018.)
/// </para>
/// </summary>
internal unsafe interface IInterpolation
{
    /// <summary>How many points, and the side of a tile of the input.</summary>
    static abstract int Points { get; }

    /// <summary>target[j] = scale[j] · Σ over i &lt; count of source[i] · point[j]^i.</summary>
    /// <param name="count">Coefficients; a constant, after inlining.</param>
    static abstract void Evaluate<V, TScale, TSink>(int count, float* source, nint sourceStep, float* target, nint targetStep, TSink sink)
        where V : struct, IVector<V>
        where TScale : struct, IPointScale
        where TSink : struct, ISink<V>;

    /// <summary>
    /// The transpose of <see cref="Evaluate"/>: target[i] = Σ over j of point[j]^i · scale[j] · source[j].
    /// </summary>
    /// <param name="count">Results; a constant, after inlining.</param>
    static abstract void Adjoint<V, TScale, TSink>(int count, float* source, nint sourceStep, float* target, nint targetStep, TSink sink)
        where V : struct, IVector<V>
        where TScale : struct, IPointScale
        where TSink : struct, ISink<V>;

    /// <summary>
    /// Bᵀ, of as many elements as there are points: in each row the coefficients of Π (x - q) over the other finite points q; in the last, over all of them.
    /// </summary>
    static abstract void MultiplyInput<V, TSink>(float* source, nint sourceStep, float* target, nint targetStep, TSink sink)
        where V : struct, IVector<V>
        where TSink : struct, ISink<V>;

    /// <summary>Lagrange's denominators: 1 / Π over the other finite points q of (point - q).</summary>
    /// <param name="point">The number of a finite point; a constant, after inlining.</param>
    static abstract V Divide<V>(int point, V value)
        where V : struct, IVector<V>;
}

/// <summary>A factor for the value at each point.</summary>
internal interface IPointScale
{
    /// <param name="point">The number of a finite point; a constant, after inlining.</param>
    static abstract V Apply<V>(int point, V value)
        where V : struct, IVector<V>;
}

/// <summary>Ones.</summary>
internal readonly struct Unscaled : IPointScale
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V>(int point, V value)
        where V : struct, IVector<V> => value;
}

/// <summary>Lagrange's denominators.</summary>
internal readonly struct LagrangeScale<TInterpolation> : IPointScale
    where TInterpolation : struct, IInterpolation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V>(int point, V value)
        where V : struct, IVector<V> => TInterpolation.Divide(point, value);
}
