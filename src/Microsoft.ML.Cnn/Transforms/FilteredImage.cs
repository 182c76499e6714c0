using System.Collections.Immutable;

namespace Microsoft.ML.Cnn.Transforms;

/// <summary>How the results of filters lie in a vector.</summary>
/// <param name="Shape">Of the results of one image.</param>
/// <param name="Order">That of the image.</param>
/// <param name="HasChannels">Whether the vector has a dimension for them.</param>
internal sealed record FilteredImage(Shape Shape, PixelOrder Order, bool HasChannels)
{
    public ImmutableArray<int> Dimensions =>
        (HasChannels, Order) switch
        {
            (false, _) => [Shape.Height, Shape.Width],
            (_, PixelOrder.Planar) => [Shape.Channels, Shape.Height, Shape.Width],
            _ => [Shape.Height, Shape.Width, Shape.Channels],
        };

    /// <summary>Names of the slots, such as <c>SobelHorizontal_4_7</c>, or <c>SobelHorizontal_4_7_2</c> with the channel of the image.</summary>
    /// <param name="results">What the results of one channel of the image are called.</param>
    /// <param name="withChannel">Whether the channel is told.</param>
    public IEnumerable<string> SlotNames(ImmutableArray<string> results, bool withChannel)
    {
        IEnumerable<int> channels = Enumerable.Range(0, Shape.Channels);
        IEnumerable<(int Y, int X)> pixels =
            from y in Enumerable.Range(0, Shape.Height)
            from x in Enumerable.Range(0, Shape.Width)
            select (y, x);
        return Order == PixelOrder.Planar
            ? channels.SelectMany(channel => pixels.Select(pixel => Name(pixel, channel)))
            : pixels.SelectMany(pixel => channels.Select(channel => Name(pixel, channel)));

        string Name((int Y, int X) pixel, int channel)
        {
            string name = $"{results[channel % results.Length]}_{pixel.Y}_{pixel.X}";
            return withChannel ? $"{name}_{channel / results.Length}" : name;
        }
    }
}
