using System.Runtime.CompilerServices;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>
/// The sizes of an algorithm F(m×m, r×r): a filter of r×r taps and a tile of m×m outputs. All have m + r - 1 = 6, the side of the input
/// tile, so they share the interpolation points, the transform of the input and the 36 matrix products.
/// <para>
/// Single precision costs them two to three times the error of direct kernels: over 64 channels of evenly spread numbers, relative to the
/// root mean square of the results, 1.1e-6 to 1.3e-6 in the mean against 0.4e-6 to 0.7e-6, and less than 1.2e-5 at most (tested).
/// </para>
/// </summary>
internal interface IWinogradAlgorithm
{
    /// <summary>m.</summary>
    static abstract int OutputSide { get; }

    /// <summary>r.</summary>
    static abstract int FilterSide { get; }
}

/// <summary>F(4×4, 3×3): 36 multiplications for 16 outputs, where the definition takes 144.</summary>
internal readonly struct F4x3 : IWinogradAlgorithm
{
    public static int OutputSide
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4;
    }

    public static int FilterSide
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 3;
    }
}

/// <summary>F(2×2, 5×5): 36 multiplications for 4 outputs, where the definition takes 100.</summary>
internal readonly struct F2x5 : IWinogradAlgorithm
{
    public static int OutputSide
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2;
    }

    public static int FilterSide
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 5;
    }
}
