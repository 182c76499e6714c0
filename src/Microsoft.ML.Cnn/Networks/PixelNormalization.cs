using System.Collections.Immutable;
using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn;

/// <summary>What is done to each pixel before the first layer: (pixel - offset) * scale, one of each a channel.</summary>
public sealed record PixelNormalization
{
    /// <summary>Creates the normalization.</summary>
    /// <param name="offsets">What is subtracted, one a channel: as a rule the mean.</param>
    /// <param name="scales">What the difference is multiplied by, one a channel: as a rule one over the deviation.</param>
    /// <exception cref="ArgumentException">There are not as many of both, or a number is not finite.</exception>
    public PixelNormalization(ImmutableArray<float> offsets, ImmutableArray<float> scales)
    {
        if (offsets.IsDefaultOrEmpty || scales.IsDefault || offsets.Length != scales.Length)
        {
            throw new ArgumentException(
                $"There must be one offset and one scale for each channel, received {(offsets.IsDefault ? 0 : offsets.Length)} and {(scales.IsDefault ? 0 : scales.Length)}."
            );
        }

        if (!offsets.All(float.IsFinite) || !scales.All(float.IsFinite))
        {
            throw new ArgumentException("Offsets and scales must be finite numbers.");
        }

        Offsets = offsets;
        Scales = scales;
    }

    /// <summary>What is subtracted, one a channel.</summary>
    public ImmutableArray<float> Offsets { get; }

    /// <summary>What the difference is multiplied by, one a channel.</summary>
    public ImmutableArray<float> Scales { get; }

    /// <summary>Leaves pixels as they are.</summary>
    public static PixelNormalization None(int channels) =>
        new([.. Enumerable.Repeat(0f, LayerCheck.Positive(channels))], [.. Enumerable.Repeat(1f, channels)]);

    /// <exception cref="ArgumentOutOfRangeException">Images have other channels.</exception>
    internal void RequireFit(Shape image, string option)
    {
        if (Offsets.Length != image.Channels)
        {
            throw new ArgumentOutOfRangeException(
                option,
                $"{option} has offsets and scales for {Offsets.Length} {(Offsets.Length == 1 ? "channel" : "channels")}, and images of {image} have {image.Channels}. What would work: one offset and one scale for each channel, or null, which learns them."
            );
        }
    }

    /// <summary>Equal in every channel.</summary>
    public bool Equals(PixelNormalization? other) =>
        other is not null && Offsets.SequenceEqual(other.Offsets) && Scales.SequenceEqual(other.Scales);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Offsets.Length, Offsets[0], Scales[0]);
}
