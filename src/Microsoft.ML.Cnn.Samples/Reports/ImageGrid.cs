using Microsoft.ML.Cnn.Samples.Data;
using SkiaSharp;

namespace Microsoft.ML.Cnn.Samples.Reports;

/// <summary>Rows of images as one picture.</summary>
internal static class ImageGrid
{
    private const int Gap = 4;

    /// <summary>Writes a PNG file, each image in a cell as large as the largest.</summary>
    public static void Write(string path, IReadOnlyList<IReadOnlyList<ColorImage>> rows)
    {
        int height = Gap + rows.SelectMany(row => row).Max(image => image.Shape.Height);
        int width = Gap + rows.SelectMany(row => row).Max(image => image.Shape.Width);
        using SKBitmap bitmap = new(Gap + rows.Max(row => row.Count) * width, Gap + rows.Count * height);
        bitmap.Erase(SKColors.White);
        foreach ((int top, IReadOnlyList<ColorImage> row) in rows.Index())
        {
            foreach ((int left, ColorImage image) in row.Index())
            {
                image.DrawOn(bitmap, Gap + left * width, Gap + top * height);
            }
        }

        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        PlacedFile.Write(path, png.SaveTo);
    }
}
