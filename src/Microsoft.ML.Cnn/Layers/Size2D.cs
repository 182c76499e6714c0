using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>Two sizes in pixels, such as those of a kernel or a stride. An <see cref="int"/> stands for a square.</summary>
/// <param name="Height">Along the rows' direction, from top to bottom.</param>
/// <param name="Width">Along a row, from left to right.</param>
[JsonConverter(typeof(Size2DConverter))]
public readonly record struct Size2D(int Height, int Width)
{
    /// <summary>A square.</summary>
    public static implicit operator Size2D(int side) => new(side, side);

    /// <summary>Height and width.</summary>
    public static implicit operator Size2D((int Height, int Width) size) => new(size.Height, size.Width);

    /// <summary>A square.</summary>
    public static Size2D FromInt32(int side) => side;

    /// <summary>Height and width.</summary>
    public static Size2D FromValueTuple((int Height, int Width) size) => size;

    /// <summary>Such as <c>3 x 3</c>.</summary>
    public override string ToString() => $"{Height} x {Width}";

    private sealed class Size2DConverter : JsonConverter<Size2D>
    {
        public override Size2D Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            int[]? sides = JsonSerializer.Deserialize<int[]>(ref reader, options);
            return sides is [int height, int width] ? new(height, width) : throw new JsonException("a size is [height, width]");
        }

        public override void Write(Utf8JsonWriter writer, Size2D value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(value.Height);
            writer.WriteNumberValue(value.Width);
            writer.WriteEndArray();
        }
    }
}
