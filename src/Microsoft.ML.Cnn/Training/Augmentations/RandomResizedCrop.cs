using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Training.Augmentations;

namespace Microsoft.ML.Cnn;

/// <summary>
/// Cuts a part of random area and shape out and resizes it to the size of the image: torchvision's <c>RandomResizedCrop</c>, bilinear and antialiased. A size
/// that does not fit is drawn anew, up to ten times; then it is the largest part in the middle whose ratio is allowed. (A part is never larger than its
/// image, so it is only magnified, where the antialiasing filter is that of plain bilinear interpolation.)
/// </summary>
public sealed record RandomResizedCrop : WindowAugmentation
{
    /// <summary>Creates the augmentation.</summary>
    /// <param name="minimumScale">The smallest share of the image's area that is cut out, from 0 to 1.</param>
    /// <param name="maximumScale">The greatest share, from <paramref name="minimumScale"/> to 1.</param>
    /// <param name="minimumRatio">The smallest ratio of the part's width to its height, from 0.01 to 100.</param>
    /// <param name="maximumRatio">The greatest ratio, from <paramref name="minimumRatio"/> to 100.</param>
    /// <param name="probability">The probability of an image to be changed, from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public RandomResizedCrop(
        float minimumScale = 0.08f,
        float maximumScale = 1,
        float minimumRatio = 3f / 4,
        float maximumRatio = 4f / 3,
        float probability = 1
    )
        : base(minimumScale, maximumScale, minimumRatio, maximumRatio, probability) { }

    /// <summary>The part that is cut out.</summary>
    internal PixelWindow Draw(int height, int width, ref RandomDraws draws) =>
        DrawSides((double)height * width, least: 1, width, height, ref draws) is (int across, int down)
            ? new PixelWindow(draws.Below(height - down + 1), draws.Below(width - across + 1), down, across)
            : Middle(height, width);

    private PixelWindow Middle(int height, int width)
    {
        float ratio = (float)width / height;
        int down = ratio < MinimumRatio ? (int)MathF.Round(width / MinimumRatio) : height;
        int across = ratio > MaximumRatio ? (int)MathF.Round(height * MaximumRatio) : width;
        (down, across) = (Math.Clamp(down, 1, height), Math.Clamp(across, 1, width));
        return new PixelWindow((height - down) / 2, (width - across) / 2, down, across);
    }

    private protected override unsafe void Change<V>(Canvas canvas, ref RandomDraws draws)
    {
        PixelWindow window = Draw(canvas.Grid.Height, canvas.Grid.Width, ref draws);
        WindowMagnification.Run<V>(canvas.Pixels, canvas.Spare, canvas.Grid, window, canvas.Line, canvas.Taps);
        canvas.Swap();
    }
}
