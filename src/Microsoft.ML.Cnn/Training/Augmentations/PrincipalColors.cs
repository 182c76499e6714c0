using System.Collections.Immutable;

namespace Microsoft.ML.Cnn;

/// <summary>The directions in which the colours of images vary, and how far: the principal components of their red, green and blue.</summary>
public sealed record PrincipalColors
{
    internal const int Channels = 3;

    /// <summary>Describes the colours of some images.</summary>
    /// <param name="deviations">
    /// The standard deviation along each direction (the root of the covariance's eigenvalue), three numbers of at least 0, as pixels are scaled in the data.
    /// </param>
    /// <param name="directions">Red, green and blue of each direction (the eigenvector, of length 1), one direction after another: nine numbers.</param>
    /// <exception cref="ArgumentException">There are not as many numbers, or one is not allowed.</exception>
    public PrincipalColors(ImmutableArray<float> deviations, ImmutableArray<float> directions)
    {
        Deviations = Checked(deviations, Channels, 0, nameof(deviations));
        Directions = Checked(directions, Channels * Channels, float.MinValue, nameof(directions));
    }

    /// <summary>The standard deviation along each direction.</summary>
    public ImmutableArray<float> Deviations { get; }

    /// <summary>Red, green and blue of each direction, one direction after another.</summary>
    public ImmutableArray<float> Directions { get; }

    /// <summary>Those of ImageNet for pixels from 0 to 255, as published with cuda-convnet and fb.resnet.torch.</summary>
    public static PrincipalColors ImageNet { get; } =
        new([55.46f, 4.794f, 1.148f], [-0.5675f, -0.5808f, -0.5836f, 0.7192f, -0.0045f, -0.6948f, 0.4009f, -0.8140f, 0.4203f]);

    /// <summary>Equal in all numbers.</summary>
    public bool Equals(PrincipalColors? other) =>
        other is not null && Deviations.SequenceEqual(other.Deviations) && Directions.SequenceEqual(other.Directions);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Deviations[0], Directions[0]);

    private static ImmutableArray<float> Checked(ImmutableArray<float> numbers, int count, float least, string name)
    {
        if (numbers.IsDefault || numbers.Length != count)
        {
            throw new ArgumentException($"There must be {count} numbers, received {(numbers.IsDefault ? 0 : numbers.Length)}.", name);
        }

        return numbers.All(number => float.IsFinite(number) && number >= least)
            ? numbers
            : throw new ArgumentException(
                FormattableString.Invariant(
                    $"Must be finite numbers{(least == 0 ? " of at least 0" : "")}, received {string.Join(", ", numbers.Select(number => FormattableString.Invariant($"{number}")))}."
                ),
                name
            );
    }
}
