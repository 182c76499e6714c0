using Microsoft.ML.Cnn.Samples.Commands;

namespace Microsoft.ML.Cnn.Samples.Pictures;

/// <summary>A picture as the pixels that a model takes.</summary>
internal static class ModelInput
{
    /// <summary>The picture at the size, with the channels and in the order that the model has been trained on: gray, or red, green and blue.</summary>
    /// <exception cref="UserErrorException">The picture cannot be read, or the model takes images of other channels.</exception>
    public static float[] Read(string option, string path, CnnModel model)
    {
        Shape shape = model.InputShape;
        if (shape.Channels is not (1 or Picture.Channels))
        {
            throw new UserErrorException(
                $"The model takes images of {shape.Channels} channels; pictures have 1, gray, or {Picture.Channels}, colours."
            );
        }

        Picture picture = Picture.Read(option, path, shape.Height, shape.Width);
        return (shape.Channels, model.PixelOrder) switch
        {
            (1, _) => [.. picture.Pixels.Chunk(Picture.Channels).Select(Gray)],
            (_, PixelOrder.Planar) =>
            [
                .. Enumerable
                    .Range(0, Picture.Channels)
                    .SelectMany(channel => picture.Pixels.Chunk(Picture.Channels).Select(pixel => (float)pixel[channel])),
            ],
            _ => [.. picture.Pixels.Select(value => (float)value)],
        };
    }

    /// <summary>The brightness of colours by ITU-R BT.601.</summary>
    private static float Gray(byte[] color) => 0.299f * color[0] + 0.587f * color[1] + 0.114f * color[2];
}
