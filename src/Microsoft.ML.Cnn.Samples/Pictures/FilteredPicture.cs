using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Samples.Pictures;

/// <summary>A picture through the filters of an ML.NET pipeline.</summary>
internal static class FilteredPicture
{
    private const string Pixels = nameof(Row.Pixels);
    private const string Result = "Result";

    /// <summary>The magnitude of the filters' results, summed over the colours: black where there is none, white where it is greatest.</summary>
    public static Picture Edges(Picture picture, ImageFilter[] filters)
    {
        float[] magnitudes = Convolve(picture, filters, ChannelCombination.Sum, magnitude: true);
        float greatest = magnitudes.Max();
        Picture edges = new(picture.Height, picture.Width);
        for (int pixel = 0; pixel < magnitudes.Length; pixel++)
        {
            edges.SetGray(
                pixel / picture.Width,
                pixel % picture.Width,
                greatest > 0 ? Brightness(255 * magnitudes[pixel] / greatest) : (byte)0
            );
        }

        return edges;
    }

    /// <summary>What a filter makes of each colour, in colours.</summary>
    public static Picture Colors(Picture picture, ImageFilter filter) =>
        new(
            picture.Height,
            picture.Width,
            [.. Convolve(picture, [filter], ChannelCombination.PerChannel, magnitude: false).Select(Brightness)]
        );

    private static float[] Convolve(Picture picture, ImageFilter[] filters, ChannelCombination channels, bool magnitude)
    {
        MLContext ml = new();
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        schema[Pixels].ColumnType = new VectorDataViewType(NumberDataViewType.Byte, picture.Height, picture.Width, Picture.Channels);
        IDataView view = ml.Data.LoadFromEnumerable([new Row { Pixels = picture.Pixels }], schema);
        return ml
            .Transforms.Convolve(
                new ImageConvolvingEstimator.Options
                {
                    OutputColumnName = Result,
                    InputColumnName = Pixels,
                    Filters = filters,
                    Channels = channels,
                    Magnitude = magnitude,
                    PixelOrder = PixelOrder.Interleaved,
                }
            )
            .Fit(view)
            .Transform(view)
            .GetColumn<float[]>(Result)
            .Single();
    }

    private static byte Brightness(float value) => (byte)Math.Clamp(MathF.Round(value), byte.MinValue, byte.MaxValue);

    private sealed class Row
    {
        public byte[] Pixels { get; set; } = [];
    }
}
