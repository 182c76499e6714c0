using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>How the tiles of a Winograd convolution are cut into blocks.</summary>
internal static class TileBlocks
{
    /// <summary>The matrices of a 6 × 6 tile.</summary>
    public const int Points = 36;

    private const int PrivateLength = 256 * 1024;

    /// <summary>
    /// Tiles of a block that one worker keeps to itself: its matrices before and after the products take a megabyte, all of them whole tiles of
    /// the micro-kernel.
    /// </summary>
    public static int PrivateTiles(ConvolutionGeometry geometry, int tileRows)
    {
        int fitting = PrivateLength / (Points * (geometry.InputChannels + geometry.OutputChannels));
        return Math.Max(1, fitting / tileRows) * tileRows;
    }
}
