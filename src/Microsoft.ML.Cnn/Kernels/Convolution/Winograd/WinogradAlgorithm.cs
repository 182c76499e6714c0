using System.Runtime.CompilerServices;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>The sizes of an algorithm F(m×m, r×r), as constants: a filter of r×r taps and a tile of m×m outputs, m + r - 1 being its interpolation points.</summary>
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

/// <summary>F(4×4, 5×5): 64 multiplications for 16 outputs, where the definition takes 400.</summary>
internal readonly struct F4x5 : IWinogradAlgorithm
{
    public static int OutputSide
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4;
    }

    public static int FilterSide
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 5;
    }
}
