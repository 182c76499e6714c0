using Microsoft.ML.Cnn.Samples.Commands;
using SkiaSharp;

namespace Microsoft.ML.Cnn.Samples.Data;

/// <summary>An image in colours.</summary>
/// <param name="Pixels">Red, green and blue of each pixel, from 0 to 255, row by row.</param>
/// <param name="Shape">Height, width and three channels.</param>
internal sealed record ColorImage(float[] Pixels, Shape Shape)
{
    private const int Channels = 3;

    /// <summary>Reads a file of any common format.</summary>
    /// <param name="path">The file.</param>
    /// <param name="longestSide">An image that is larger is brought to this size.</param>
    /// <exception cref="UserErrorException">There is no such file, or it is no image.</exception>
    public static ColorImage Read(string path, int longestSide)
    {
        if (!File.Exists(path))
        {
            throw new UserErrorException($"There is no image file '{path}'.");
        }

        using SKBitmap? decoded = SKBitmap.Decode(path);
        if (decoded is null)
        {
            throw new UserErrorException($"'{path}' cannot be read as an image. What would work: a PNG, JPEG, BMP, GIF or WebP file.");
        }

        double scale = Math.Min(1, (double)longestSide / Math.Max(decoded.Width, decoded.Height));
        SKImageInfo size = new(
            Math.Max(1, (int)Math.Round(scale * decoded.Width)),
            Math.Max(1, (int)Math.Round(scale * decoded.Height)),
            SKColorType.Rgba8888,
            SKAlphaType.Unpremul
        );
        using SKBitmap bitmap = decoded.Resize(size, SKFilterQuality.High);
        return new ColorImage(
            [.. bitmap.Pixels.SelectMany(color => new float[] { color.Red, color.Green, color.Blue })],
            new Shape(size.Height, size.Width, Channels)
        );
    }

    /// <summary>Draws the image.</summary>
    public void DrawOn(SKBitmap bitmap, int left, int top)
    {
        for (int row = 0; row < Shape.Height; row++)
        {
            for (int column = 0; column < Shape.Width; column++)
            {
                ReadOnlySpan<float> pixel = Pixels.AsSpan((row * Shape.Width + column) * Channels, Channels);
                bitmap.SetPixel(left + column, top + row, new SKColor(ToByte(pixel[0]), ToByte(pixel[1]), ToByte(pixel[2])));
            }
        }
    }

    private static byte ToByte(float value) => (byte)Math.Clamp(MathF.Round(value), 0, 255);
}
