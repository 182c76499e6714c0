namespace Microsoft.ML.Cnn.Samples.Pictures;

/// <summary>
/// Feature maps side by side in one picture, row by row, each from black for its least value to white for its greatest. Maps of one pixel, which are those of dense
/// layers, are measured by all of them.
/// </summary>
internal static class FeatureGrid
{
    private const int Side = 1024;
    private const int Gap = 2;
    private const byte Between = 96;

    public static Picture Of(FeatureMaps features)
    {
        (int height, int width, int count) = features.Shape;
        int columns = Math.Clamp((int)Math.Ceiling(Math.Sqrt((double)count * height / width)), 1, count);
        int rows = (count + columns - 1) / columns;
        int scale = Math.Max(1, Math.Min(Fitting(columns, width), Fitting(rows, height)));
        int cellHeight = height * scale + Gap;
        int cellWidth = width * scale + Gap;
        Picture picture = new(rows * cellHeight + Gap, columns * cellWidth + Gap);
        Array.Fill(picture.Pixels, Between);
        for (int channel = 0; channel < count; channel++)
        {
            float[] map = features.Map(channel);
            IReadOnlyList<float> measure = features.Shape.IsFlat ? features.Values : map;
            (float least, float greatest) = (measure.Min(), measure.Max());
            int top = Gap + channel / columns * cellHeight;
            int left = Gap + channel % columns * cellWidth;
            for (int y = 0; y < height * scale; y++)
            {
                for (int x = 0; x < width * scale; x++)
                {
                    float value = map[y / scale * width + x / scale];
                    float share = greatest > least ? (value - least) / (greatest - least) : 0;
                    picture.SetGray(top + y, left + x, (byte)MathF.Round(255 * share));
                }
            }
        }

        return picture;
    }

    /// <summary>How many times as large as they are so many maps fit beside each other.</summary>
    private static int Fitting(int maps, int size) => ((Side - Gap) / maps - Gap) / size;
}
