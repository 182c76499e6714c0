using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Training.Augmentations;

namespace Microsoft.ML.Cnn;

/// <summary>
/// Pads images on all sides and cuts a part of their own size out, anywhere: torchvision's <c>RandomCrop(size, padding)</c>, size being that of the image. An
/// image is moved by up to the padding in each direction.
/// </summary>
public sealed record RandomCrop : Augmentation
{
    /// <summary>Creates the augmentation.</summary>
    /// <param name="padding">Pixels above and below, and left and right; at least 0; less than the image has where <paramref name="border"/> is <see cref="Border.Reflect"/>, as torchvision demands.</param>
    /// <param name="border">What the padding holds.</param>
    /// <param name="borderValue">The padding's value where <paramref name="border"/> is <see cref="Border.Constant"/>, as pixels are scaled in the data.</param>
    /// <param name="probability">The probability of an image to be changed, from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public RandomCrop(Size2D padding, Border border = Border.Zero, float borderValue = 0, float probability = 1)
        : base(probability)
    {
        Padding = padding is { Height: >= 0, Width: >= 0 }
            ? padding
            : throw new ArgumentOutOfRangeException(nameof(padding), padding, $"Must be at least 0, received {padding}.");
        Border = LayerCheck.Defined(border);
        BorderValue = LayerCheck.Within(borderValue, float.MinValue, float.MaxValue);
    }

    /// <summary>Pixels above and below, and left and right.</summary>
    public Size2D Padding { get; }

    /// <summary>What the padding holds.</summary>
    public Border Border { get; }

    /// <summary>The padding's value where <see cref="Border"/> is <see cref="Border.Constant"/>.</summary>
    public float BorderValue { get; }

    internal override string? Misfit(Shape image) =>
        Border != Border.Reflect || (Padding.Height < image.Height && Padding.Width < image.Width)
            ? null
            : $"a reflected padding of {Padding} pixels must be less than height and width. What would work: a padding of at most {image.Height - 1} x {image.Width - 1}, or another border";

    private protected override unsafe void Change<V>(Canvas canvas, ref RandomDraws draws)
    {
        int top = draws.Below(2 * Padding.Height + 1) - Padding.Height;
        int left = draws.Below(2 * Padding.Width + 1) - Padding.Width;
        WindowCopy.Copy(canvas.Pixels, canvas.Spare, canvas.Grid, top, left, Border, BorderValue);
        canvas.Swap();
    }
}
