using Microsoft.ML.Cnn.Samples.Commands;
using Microsoft.ML.Cnn.Samples.Reports;
using SkiaSharp;

namespace Microsoft.ML.Cnn.Samples.Pictures;

/// <summary>A picture in colours, <c>[Height, Width, 3]</c>: red, green and blue of each pixel, from 0 to 255.</summary>
internal sealed class Picture
{
    public const int Channels = 3;

    private const int BytesOfPixel = 4;

    public Picture(int height, int width)
        : this(height, width, new byte[height * width * Channels]) { }

    public Picture(int height, int width, byte[] pixels) => (Height, Width, Pixels) = (height, width, pixels);

    public int Height { get; }

    public int Width { get; }

    public byte[] Pixels { get; }

    /// <summary>Paints a pixel gray.</summary>
    public void SetGray(int row, int column, byte brightness) =>
        Pixels.AsSpan((row * Width + column) * Channels, Channels).Fill(brightness);

    /// <summary>Reads a file; what is transparent in it lies on white.</summary>
    /// <exception cref="UserErrorException">There is no such file, or it is no picture.</exception>
    public static Picture Read(string option, string path) => Read(option, path, size => size);

    /// <summary>Reads a file at another size, stretched where the sides differ.</summary>
    /// <exception cref="UserErrorException">There is no such file, or it is no picture.</exception>
    public static Picture Read(string option, string path, int height, int width) => Read(option, path, _ => new SKSizeI(width, height));

    /// <summary>Reads a file; a larger picture is made smaller until its longest side is as given.</summary>
    /// <exception cref="UserErrorException">There is no such file, or it is no picture.</exception>
    public static Picture ReadWithin(string option, string path, int longestSide) => Read(option, path, size => Within(size, longestSide));

    /// <summary>Paints another picture into this one.</summary>
    public void Paste(Picture other, int top, int left)
    {
        int length = other.Width * Channels;
        for (int row = 0; row < other.Height; row++)
        {
            other.Pixels.AsSpan(row * length, length).CopyTo(Pixels.AsSpan(((top + row) * Width + left) * Channels));
        }
    }

    /// <summary>Writes a PNG file, in place of one that is there.</summary>
    public void Write(string path)
    {
        byte[] opaque = new byte[Height * Width * BytesOfPixel];
        Array.Fill(opaque, byte.MaxValue);
        for (int pixel = 0; pixel < Height * Width; pixel++)
        {
            Pixels.AsSpan(pixel * Channels, Channels).CopyTo(opaque.AsSpan(pixel * BytesOfPixel));
        }

        using SKImage image = SKImage.FromPixelCopy(Info(Width, Height), opaque, Width * BytesOfPixel);
        using SKData png = image.Encode(SKEncodedImageFormat.Png, quality: 100);
        PlacedFile.Write(path, png.SaveTo);
    }

    private static SKSizeI Within(SKSizeI size, int longestSide)
    {
        double scale = Math.Min(1, (double)longestSide / Math.Max(size.Width, size.Height));
        return new SKSizeI(Math.Max(1, (int)Math.Round(scale * size.Width)), Math.Max(1, (int)Math.Round(scale * size.Height)));
    }

    private static Picture Read(string option, string path, Func<SKSizeI, SKSizeI> sizeOf)
    {
        if (!File.Exists(path))
        {
            throw new UserErrorException($"{option}: there is no file '{path}'.");
        }

        using SKBitmap decoded =
            SKBitmap.Decode(path)
            ?? throw new UserErrorException($"{option} '{path}' is no picture of a kind that can be read, such as PNG or JPEG.");
        SKSizeI size = sizeOf(decoded.Info.Size);
        SKImageInfo info = Info(size.Width, size.Height);
        using SKBitmap bitmap = new(info);
        using (SKCanvas canvas = new(bitmap))
        using (SKPaint paint = new() { FilterQuality = SKFilterQuality.Medium })
        {
            canvas.Clear(SKColors.White);
            canvas.DrawBitmap(decoded, info.Rect, paint);
        }

        Picture picture = new(info.Height, info.Width);
        ReadOnlySpan<byte> source = bitmap.GetPixelSpan();
        for (int pixel = 0; pixel < info.Height * info.Width; pixel++)
        {
            source.Slice(pixel * BytesOfPixel, Channels).CopyTo(picture.Pixels.AsSpan(pixel * Channels));
        }

        return picture;
    }

    private static SKImageInfo Info(int width, int height) => new(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
}
