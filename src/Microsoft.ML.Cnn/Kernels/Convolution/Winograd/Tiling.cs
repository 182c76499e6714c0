using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>Neighbouring tiles of one row of tiles.</summary>
/// <param name="Image">The plane they lie in.</param>
/// <param name="Row">Of their first output.</param>
/// <param name="Column">Of their first output.</param>
/// <param name="Tiles">How many.</param>
internal readonly record struct TileRun(int Image, int Row, int Column, int Tiles);

/// <summary>Square tiles of outputs, numbered image by image and row by row, and the pixels of input each needs.</summary>
internal readonly unsafe struct Tiling(ConvolutionGeometry geometry, int outputSide)
{
    /// <summary>Tiles that are transformed together: few, so that all channels of their pixels are read soon after each other.</summary>
    public const int MostRun = 4;

    /// <summary>Pixels of a row that a run reads at most: with outputs 4 apart.</summary>
    public const int MostRunPixels = 4 * (MostRun - 1) + WinogradSize.MostPoints;

    private readonly int columns = (geometry.Columns.Output + outputSide - 1) / outputSide;

    public int PerImage { get; } =
        (geometry.Columns.Output + outputSide - 1) / outputSide * ((geometry.Rows.Output + outputSide - 1) / outputSide);

    /// <summary>The run that begins with a tile and ends before another at the latest.</summary>
    public TileRun RunAt(int tile, int end)
    {
        (int image, int inImage) = Math.DivRem(tile, PerImage);
        (int row, int column) = Math.DivRem(inImage, columns);
        int tiles = Math.Min(Math.Min(MostRun, columns - column), end - tile);
        return new TileRun(image, row * outputSide, column * outputSide, tiles);
    }

    /// <summary>What windows over the outputs of a run see, halo included.</summary>
    public Patch Input(Planes x, TileRun run, int channel, int channels)
    {
        int row = run.Row - geometry.Rows.Before;
        int column = run.Column - geometry.Columns.Before;
        return new Patch(
            (nint)(x.Pixel(run.Image, row, column) + channel),
            x.RowPitch,
            x.PixelLength,
            x.Height + geometry.Rows.HaloAfter - row,
            x.Width + geometry.Columns.HaloAfter - column,
            channels
        );
    }

    /// <summary>The outputs of a run.</summary>
    public static Patch Output(Planes y, TileRun run, int channel, int channels) =>
        new(
            (nint)(y.Pixel(run.Image, run.Row, run.Column) + channel),
            y.RowPitch,
            y.PixelLength,
            y.Height - run.Row,
            y.Width - run.Column,
            channels
        );
}
