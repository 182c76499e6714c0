using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels.Convolution;

/// <summary>
/// Rows of tiles at the points of <see cref="RowPoints"/>, <c>[point, row, channel, tile, image]</c>: with the channels of a row side by
/// side, all inputs of a filter are one stretch of a sum.
/// </summary>
/// <param name="Points">Of the algorithm.</param>
/// <param name="Rows">Rows, halo included.</param>
/// <param name="HaloRows">Rows of zeros above and below.</param>
internal readonly record struct PointPlanes<V>(int Points, int Rows, int HaloRows, int Channels, int Tiles)
    where V : struct, IVector<V>
{
    public nint ChannelPitch => (nint)Tiles * V.Count;

    public nint RowPitch => Channels * ChannelPitch;

    /// <summary>A vector more than the rows take: at a power of two the points of a tile would meet in one set of the cache.</summary>
    public nint PointPitch => Rows * RowPitch + V.Count;

    public long Length => Points * PointPitch;

    /// <summary>Floats from the first point to a tile of a row, counted without the halo.</summary>
    public nint At(int row, int channel, int tile) => (row + HaloRows) * RowPitch + channel * ChannelPitch + (nint)tile * V.Count;
}
