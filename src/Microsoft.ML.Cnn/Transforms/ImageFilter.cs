using System.Collections.Immutable;
using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn;

/// <summary>
/// A filter of given numbers that slides over images; <see cref="ImageFilters"/> has ready ones. As in convolutional networks it is not mirrored: the
/// result at a pixel is the sum of the pixels around it, each times the weight at its place.
/// </summary>
public sealed class ImageFilter
{
    /// <summary>Creates a filter.</summary>
    /// <param name="name">What the slots of a result are named after.</param>
    /// <param name="weights">[height, width]: the first row is the uppermost. They must be finite.</param>
    /// <exception cref="ArgumentException">The name is empty, or there are no weights, or one is not finite.</exception>
    public ImageFilter(string name, float[,] weights)
        : this(
            name,
            new Size2D((weights ?? throw new ArgumentNullException(nameof(weights))).GetLength(0), weights.GetLength(1)),
            [.. weights.Cast<float>()]
        ) { }

    internal ImageFilter(string name, Size2D size, ImmutableArray<float> weights)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (size is not { Height: > 0, Width: > 0 } || weights.IsDefault || weights.Length != (long)size.Height * size.Width)
        {
            throw new ArgumentException(
                $"Filter '{name}' must have a weight for each of its {size} pixels, and at least one.",
                nameof(weights)
            );
        }

        if (!weights.All(float.IsFinite))
        {
            throw new ArgumentException(
                $"The weights of filter '{name}' must be finite, received {weights.First(weight => !float.IsFinite(weight))}.",
                nameof(weights)
            );
        }

        (Name, Size, Weights) = (name, size, weights);
    }

    /// <summary>What the slots of a result are named after.</summary>
    public string Name { get; }

    /// <summary>Height and width in pixels.</summary>
    public Size2D Size { get; }

    /// <summary>The weights row by row, <c>[Height, Width]</c>.</summary>
    public ImmutableArray<float> Weights { get; }

    /// <summary>The name and the size.</summary>
    public override string ToString() => $"{Name} ({Size})";
}
