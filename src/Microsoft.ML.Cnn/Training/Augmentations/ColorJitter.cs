using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Training.Augmentations;

namespace Microsoft.ML.Cnn;

/// <summary>
/// Changes brightness, contrast and saturation by factors, in random order: torchvision's <c>ColorJitter</c>. A factor is uniform from max(0, 1 - s) to 1 + s, s being the
/// strength; a strength of 0 leaves that property alone. The result is clamped to the range of pixels:
/// <list type="bullet">
/// <item>brightness: <c>factor * x</c>;</item>
/// <item>contrast: <c>factor * x + (1 - factor) * m</c>, m being the mean of the image's gray values;</item>
/// <item>saturation: <c>factor * x + (1 - factor) * g</c>, g being the pixel's gray value, 0.2989 red + 0.587 green + 0.114 blue.</item>
/// </list>
/// </summary>
/// <remarks>For images of one channel, or of three in the order red, green, blue; saturation takes three.</remarks>
public sealed record ColorJitter : Augmentation
{
    private const float GreatestByte = 255;

    /// <summary>Creates the augmentation.</summary>
    /// <param name="brightness">The strength of changes of brightness, at least 0.</param>
    /// <param name="contrast">The strength of changes of contrast, at least 0.</param>
    /// <param name="saturation">The strength of changes of saturation, at least 0.</param>
    /// <param name="maximum">
    /// The greatest value of a pixel, the least being 0. By default 255, and 1 where no training pixel is greater than 1. Training pixels beyond that range are
    /// refused.
    /// </param>
    /// <param name="probability">The probability of an image to be changed, from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public ColorJitter(float brightness = 0, float contrast = 0, float saturation = 0, float? maximum = null, float probability = 1)
        : base(probability)
    {
        Brightness = LayerCheck.Within(brightness, 0, float.MaxValue);
        Contrast = LayerCheck.Within(contrast, 0, float.MaxValue);
        Saturation = LayerCheck.Within(saturation, 0, float.MaxValue);
        Maximum = maximum is { } given ? LayerCheck.Within(given, float.Epsilon, float.MaxValue, nameof(maximum)) : null;
    }

    /// <summary>The strength of changes of brightness.</summary>
    public float Brightness { get; }

    /// <summary>The strength of changes of contrast.</summary>
    public float Contrast { get; }

    /// <summary>The strength of changes of saturation.</summary>
    public float Saturation { get; }

    /// <summary>The greatest value of a pixel; null for 255, and 1 where no training pixel is greater than 1.</summary>
    public float? Maximum { get; private init; }

    internal override bool NeedsColors => true;

    private static ReadOnlySpan<byte> Orders => [0, 1, 2, 0, 2, 1, 1, 0, 2, 1, 2, 0, 2, 0, 1, 2, 1, 0];

    internal override string? Misfit(Shape image) =>
        image.Channels switch
        {
            3 => null,
            1 when Saturation == 0 => null,
            1 =>
                "an image of one channel has no saturation. What would work: ColorJitter with a saturation of 0, or images of three channels",
            _ => "colours are those of one channel (gray) or three (red, green, blue). What would work: images of one or three channels",
        };

    internal override Augmentation Learn(TrainingColors colors)
    {
        float maximum = Maximum ?? (colors.Maximum <= 1 ? 1 : GreatestByte);
        if (colors.Minimum < 0 || colors.Maximum > maximum)
        {
            throw AugmentationSequence.Refuse(
                FormattableString.Invariant(
                    $"ColorJitter clamps pixels to 0 to {maximum}, but those of the training images go from {colors.Minimum} to {colors.Maximum}. What would work: pixels as they come out of images (the trainer normalizes them after augmentation), or a ColorJitter with another maximum."
                )
            );
        }

        return this with
        {
            Maximum = maximum,
        };
    }

    private protected override void Change<V>(Canvas canvas, ref RandomDraws draws)
    {
        ReadOnlySpan<byte> order = Orders.Slice(3 * draws.Below(6), 3);
        ReadOnlySpan<float> strengths = [Brightness, Contrast, Saturation];
        ReadOnlySpan<float> factors = [Factor(Brightness, ref draws), Factor(Contrast, ref draws), Factor(Saturation, ref draws)];
        foreach (byte property in order)
        {
            if (strengths[property] > 0)
            {
                Adjust<V>(canvas, property, factors[property]);
            }
        }
    }

    private static float Factor(float strength, ref RandomDraws draws) => draws.Between(Math.Max(0, 1 - strength), 1 + strength);

    private unsafe void Adjust<V>(Canvas canvas, int property, float factor)
        where V : struct, IVector<V>
    {
        float maximum = Maximum!.Value;
        switch (property)
        {
            case 0:
                ColorKernels.Blend<V>(canvas.Pixels, canvas.Grid, factor, 0, maximum);
                break;
            case 1:
                float mean = (float)ColorKernels.MeanGray<V>(canvas.Pixels, canvas.Grid, canvas.Line);
                ColorKernels.Blend<V>(canvas.Pixels, canvas.Grid, factor, (1 - factor) * mean, maximum);
                break;
            default:
                ColorKernels.Saturate<V>(canvas.Pixels, canvas.Grid, factor, maximum);
                break;
        }
    }
}
