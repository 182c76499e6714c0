using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>Which of the algorithms F(m×m, r×r): a filter of r×r taps and a tile of m×m outputs.</summary>
/// <param name="OutputSide">m.</param>
/// <param name="FilterSide">r.</param>
internal readonly record struct WinogradSize(int OutputSide, int FilterSide)
{
    /// <summary>Interpolation points of the largest.</summary>
    public const int MostPoints = 8;

    private static readonly WinogradSize[] all = [new(4, 3), new(4, 5), new(2, 5)];

    /// <summary>Interpolation points, and the side of a tile of the input.</summary>
    public int Points => OutputSide + FilterSide - 1;

    /// <summary>Elements of a transformed tile: as many products of matrices there are.</summary>
    public int PointPairs => Points * Points;

    /// <summary>The one that takes the fewest products, which depends on how far tiles hang over the ends of the map.</summary>
    public static WinogradSize For(ConvolutionGeometry geometry)
    {
        WinogradSize best = default;
        foreach (WinogradSize size in all)
        {
            if (size.FilterSide == geometry.Rows.Kernel && (best == default || size.Products(geometry) < best.Products(geometry)))
            {
                best = size;
            }
        }

        return best;
    }

    /// <summary>Multiplications for one image, one channel and one filter.</summary>
    public long Products(ConvolutionGeometry geometry) => (long)PointPairs * new Tiling(geometry, OutputSide).PerImage;

    public override string ToString() => $"F({OutputSide}x{OutputSide}, {FilterSide}x{FilterSide})";
}
