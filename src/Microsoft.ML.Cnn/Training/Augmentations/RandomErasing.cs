using System.Collections.Immutable;
using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Training.Augmentations;

namespace Microsoft.ML.Cnn;

/// <summary>
/// Erases a rectangle: Zhong et al. 2020, "Random Erasing Data Augmentation", as torchvision's <c>RandomErasing</c> defines it. A rectangle that is not
/// lower and narrower than the image is drawn anew, up to ten times; then nothing is erased.
/// </summary>
public sealed record RandomErasing : WindowAugmentation
{
    private ImmutableArray<float> values = [];

    /// <summary>Creates the augmentation.</summary>
    /// <param name="probability">The probability of an image to be changed, from 0 to 1.</param>
    /// <param name="minimumScale">The smallest share of the image's area that is erased, from 0 to 1.</param>
    /// <param name="maximumScale">The greatest share, from <paramref name="minimumScale"/> to 1.</param>
    /// <param name="minimumRatio">The smallest ratio of the rectangle's height to its width, from 0.01 to 100.</param>
    /// <param name="maximumRatio">The greatest ratio, from <paramref name="minimumRatio"/> to 100.</param>
    /// <param name="value">
    /// The value of erased pixels, as pixels are scaled in the data. By default in each channel the one that normalization brings to 0, as a rule the mean
    /// of the training images; torchvision's default is the same, where it erases behind <c>Normalize</c>.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public RandomErasing(
        float probability = 0.5f,
        float minimumScale = 0.02f,
        float maximumScale = 0.33f,
        float minimumRatio = 0.3f,
        float maximumRatio = 3.3f,
        float? value = null
    )
        : base(minimumScale, maximumScale, minimumRatio, maximumRatio, probability) =>
        Value = value is { } given ? LayerCheck.Within(given, float.MinValue, float.MaxValue, nameof(value)) : null;

    /// <summary>The value of erased pixels; null for the one that normalization brings to 0.</summary>
    public float? Value { get; }

    internal override string? Misfit(Shape image) =>
        image is { Height: > 1, Width: > 1 }
            ? null
            : "a rectangle that is lower and narrower than the image would have no pixels. What would work: images of at least 2 x 2 pixels";

    internal override Augmentation Learn(TrainingColors colors) =>
        this with
        {
            values = Value is { } value ? [.. Enumerable.Repeat(value, colors.Centers.Length)] : colors.Centers,
        };

    /// <summary>The rectangle that is erased, or one without pixels.</summary>
    internal PixelWindow Draw(int height, int width, ref RandomDraws draws) =>
        DrawSides((double)height * width, least: 0, height - 1, width - 1, ref draws) is (int down, int across)
            ? new PixelWindow(draws.Below(height - down + 1), draws.Below(width - across + 1), down, across)
            : default;

    private protected override unsafe void Change<V>(Canvas canvas, ref RandomDraws draws)
    {
        PixelWindow window = Draw(canvas.Grid.Height, canvas.Grid.Width, ref draws);
        ColorKernels.Fill(canvas.Pixels, canvas.Grid, window, values.AsSpan(), canvas.Line);
    }
}
