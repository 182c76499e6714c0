namespace Microsoft.ML.Cnn.Samples.Pictures;

/// <summary>Rows of pictures as one, each in a cell as large as the largest, on white.</summary>
internal static class PictureGrid
{
    private const int Gap = 4;

    public static Picture Of(IReadOnlyList<IReadOnlyList<Picture>> rows)
    {
        int height = Gap + rows.SelectMany(row => row).Max(picture => picture.Height);
        int width = Gap + rows.SelectMany(row => row).Max(picture => picture.Width);
        Picture grid = new(Gap + rows.Count * height, Gap + rows.Max(row => row.Count) * width);
        Array.Fill(grid.Pixels, byte.MaxValue);
        foreach ((int row, IReadOnlyList<Picture> pictures) in rows.Index())
        {
            foreach ((int column, Picture picture) in pictures.Index())
            {
                grid.Paste(picture, Gap + row * height, Gap + column * width);
            }
        }

        return grid;
    }
}
