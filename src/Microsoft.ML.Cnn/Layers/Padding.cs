using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>
/// Pixels put around an image before a window slides over it: none (<see cref="Valid"/>), as many as the output needs
/// to have ⌈n / stride⌉ pixels (<see cref="Same"/>), or as many as given. An <see cref="int"/> pads all four sides.
/// </summary>
[JsonConverter(typeof(PaddingConverter))]
public readonly record struct Padding
{
    /// <summary>Pads each side by its own number of pixels.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public Padding(int top, int left, int bottom, int right)
    {
        Top = NotNegative(top, nameof(top));
        Left = NotNegative(left, nameof(left));
        Bottom = NotNegative(bottom, nameof(bottom));
        Right = NotNegative(right, nameof(right));
    }

    /// <summary>Pads top and bottom, and left and right, by the same number of pixels each.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public Padding(int vertical, int horizontal)
        : this(vertical, horizontal, vertical, horizontal) { }

    /// <summary>No padding: windows stay inside the image.</summary>
    public static Padding Valid => default;

    /// <summary>
    /// As much as makes the output ⌈n / stride⌉ pixels; with stride 1 and an odd kernel k that is (k - 1) / 2 on each side. Where the total
    /// is odd, the odd row and column lie at the bottom and right.
    /// </summary>
    public static Padding Same { get; } = new() { IsSame = true };

    /// <summary>Rows above.</summary>
    public int Top { get; }

    /// <summary>Columns to the left.</summary>
    public int Left { get; }

    /// <summary>Rows below.</summary>
    public int Bottom { get; }

    /// <summary>Columns to the right.</summary>
    public int Right { get; }

    /// <summary>Whether the numbers follow from the image, as <see cref="Same"/> says.</summary>
    public bool IsSame { get; private init; }

    /// <summary>The same number of pixels on all four sides.</summary>
    public static implicit operator Padding(int pixels) => new(pixels, pixels);

    /// <summary>The same number of pixels on all four sides.</summary>
    public static Padding FromInt32(int pixels) => pixels;

    /// <summary>Such as <c>same</c>, <c>2</c> or <c>1,1,2,2</c> (top, left, bottom, right).</summary>
    public override string ToString() =>
        IsSame ? "same"
        : Top == Bottom && Left == Right && Top == Left ? $"{Top}"
        : $"{Top},{Left},{Bottom},{Right}";

    private static int NotNegative(int pixels, string side)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(pixels, side);
        return pixels;
    }

    private sealed class PaddingConverter : JsonConverter<Padding>
    {
        public override Padding Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                return reader.GetString() == "same" ? Same : throw new JsonException("a padding is \"same\" or [top, left, bottom, right]");
            }

            int[]? sides = JsonSerializer.Deserialize<int[]>(ref reader, options);
            return sides is [>= 0 and int top, >= 0 and int left, >= 0 and int bottom, >= 0 and int right]
                ? new(top, left, bottom, right)
                : throw new JsonException("a padding is \"same\" or [top, left, bottom, right]");
        }

        public override void Write(Utf8JsonWriter writer, Padding value, JsonSerializerOptions options)
        {
            if (value.IsSame)
            {
                writer.WriteStringValue("same");
                return;
            }

            writer.WriteStartArray();
            writer.WriteNumberValue(value.Top);
            writer.WriteNumberValue(value.Left);
            writer.WriteNumberValue(value.Bottom);
            writer.WriteNumberValue(value.Right);
            writer.WriteEndArray();
        }
    }
}
