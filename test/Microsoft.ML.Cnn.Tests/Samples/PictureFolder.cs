using SkiaSharp;

namespace Microsoft.ML.Cnn.Tests.Samples;

/// <summary>A folder with pictures for the commands that read and write them, which is gone after the test.</summary>
internal sealed class PictureFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pictures-");

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>The names of all files.</summary>
    public string[] Files => [.. _folder.GetFiles().Select(file => file.Name).Order(StringComparer.Ordinal)];

    /// <summary>Writes a picture in one colour, with another from a column on, and returns its path.</summary>
    public string WriteStep(SKColor left, SKColor right, int step, int width = 12, int height = 9)
    {
        using SKBitmap bitmap = new(width, height);
        for (int pixel = 0; pixel < width * height; pixel++)
        {
            bitmap.SetPixel(pixel % width, pixel / width, pixel % width < step ? left : right);
        }

        string path = PathOf("step.png");
        using FileStream file = File.Create(path);
        bitmap.Encode(file, SKEncodedImageFormat.Png, 100);
        return path;
    }

    /// <summary>The pixels of a picture, row by row.</summary>
    public SKColor[] Read(string name, out int width)
    {
        using SKBitmap bitmap = SKBitmap.Decode(PathOf(name));
        width = bitmap.Width;
        return bitmap.Pixels;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
