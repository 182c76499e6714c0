namespace Microsoft.ML.Cnn.Kernels.Convolution;

/// <summary>
/// A row of pixels two by two, since a tile is two vectors wide. Where their number is odd, the last pair begins one pixel early and
/// computes it again, to the same bits; a single pixel is paired with itself.
/// </summary>
internal readonly struct LanePairs(int pixels)
{
    public int Count => (pixels + 1) / 2;

    /// <summary>Pixels from the first of a pair to the second.</summary>
    public nint Step => pixels == 1 ? 0 : 1;

    public nint First(int pair) => Math.Max(0, Math.Min(2 * pair, pixels - 2));
}
