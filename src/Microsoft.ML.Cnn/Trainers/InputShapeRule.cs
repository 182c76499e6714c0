using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>What an image is, and how it lies in the vector of a row.</summary>
internal readonly record struct ImageLayout(Shape Shape, PixelOrder Order);

/// <summary>
/// How the shape of an image follows from the type of its column. Three dimensions: the channels are the end whose size is 1, 3 or 4. Two:
/// one channel. Otherwise, and where both ends or neither could be channels, the user must say.
/// </summary>
internal static class InputShapeRule
{
    private static readonly string ParameterName = nameof(CnnTrainerOptions.InputShape);

    /// <param name="column">The name of the column, for messages.</param>
    /// <param name="type">Its type, of a known size.</param>
    /// <param name="shape">What the user says of the shape, if anything.</param>
    /// <param name="order">What the user says of the order, if anything.</param>
    /// <exception cref="ArgumentOutOfRangeException">The shape cannot be known, or what the user says does not fit the column.</exception>
    public static ImageLayout Infer(string column, VectorDataViewType type, Shape? shape, PixelOrder? order)
    {
        int[] sides = [.. type.Dimensions];
        if (shape is { } given)
        {
            return given.Length == type.Size
                ? new ImageLayout(given, order ?? OrderOf(sides, given))
                : throw Refuse(
                    column,
                    type,
                    $"InputShape {given} is {given.Length} values, but the column has {type.Size}",
                    "an InputShape whose height x width x channels is the size of the column"
                );
        }

        return sides.Length switch
        {
            2 => new ImageLayout(new Shape(sides[0], sides[1], 1), order ?? PixelOrder.Interleaved),
            3 => order switch
            {
                PixelOrder.Interleaved => Interleaved(sides),
                PixelOrder.Planar => Planar(sides),
                _ => Infer(column, type, sides),
            },
            _ => throw Refuse(
                column,
                type,
                "its dimensions do not tell the shape of an image",
                "setting InputShape (and PixelOrder where images have several channels), or [VectorType(height, width, channels)] on the member of a class"
            ),
        };
    }

    private static ImageLayout Infer(string column, VectorDataViewType type, int[] sides) =>
        (CouldBeChannels(sides[2]), CouldBeChannels(sides[0])) switch
        {
            (true, false) => Interleaved(sides),
            (false, true) => Planar(sides),
            (bool last, _) => throw Refuse(
                column,
                type,
                $"{(last ? "both" : "neither")} of its outer dimensions {(last ? "look" : "looks")} like a number of channels (1, 3 or 4)",
                "setting PixelOrder to Interleaved (height, width, channels) or Planar (channels, height, width)"
            ),
        };

    /// <summary>The order of a shape that the user has given: the dimensions may tell, else it is that of the shape itself.</summary>
    private static PixelOrder OrderOf(int[] sides, Shape shape) =>
        !sides.SequenceEqual([shape.Height, shape.Width, shape.Channels])
        && sides.SequenceEqual([shape.Channels, shape.Height, shape.Width])
            ? PixelOrder.Planar
            : PixelOrder.Interleaved;

    private static bool CouldBeChannels(int side) => side is 1 or 3 or 4;

    private static ImageLayout Interleaved(int[] sides) => new(new Shape(sides[0], sides[1], sides[2]), PixelOrder.Interleaved);

    private static ImageLayout Planar(int[] sides) => new(new Shape(sides[1], sides[2], sides[0]), PixelOrder.Planar);

    private static ArgumentOutOfRangeException Refuse(string column, VectorDataViewType type, string why, string remedy) =>
        new(ParameterName, $"Feature column '{column}' is of type {type}: {why}. What would work: {remedy}.");
}
