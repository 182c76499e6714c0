using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Training.Augmentations;

namespace Microsoft.ML.Cnn;

/// <summary>
/// Changes the light of images along the directions in which colours vary: Krizhevsky, Sutskever and Hinton 2012, "ImageNet Classification with Deep Convolutional Neural
/// Networks", section 4.1. To each pixel of an image the same colour is added, the sum of the principal colours, each times its deviation and a
/// normal random number. (The paper multiplies by eigenvalues; in its own code and all since, those are of the scale of pixels, as standard deviations are.)
/// </summary>
/// <remarks>For images of three channels. The result is not clamped.</remarks>
public sealed record PcaLighting : Augmentation
{
    /// <summary>Creates the augmentation.</summary>
    /// <param name="strength">The standard deviation of the random numbers, at least 0; 0.1 in the paper.</param>
    /// <param name="colors">The principal colours; by default they are learned from the training images in the first pass.</param>
    /// <param name="probability">The probability of an image to be changed, from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public PcaLighting(float strength = 0.1f, PrincipalColors? colors = null, float probability = 1)
        : base(probability)
    {
        Strength = LayerCheck.Within(strength, 0, float.MaxValue);
        Colors = colors;
    }

    /// <summary>The standard deviation of the random numbers.</summary>
    public float Strength { get; }

    /// <summary>The principal colours; null for those of the training images.</summary>
    public PrincipalColors? Colors { get; private init; }

    internal override bool NeedsColors => Colors is null;

    internal override string? Misfit(Shape image) =>
        image.Channels == PrincipalColors.Channels
            ? null
            : "principal colours are those of red, green and blue. What would work: images of three channels, or a ColorJitter of brightness";

    internal override Augmentation Learn(TrainingColors colors) => this with { Colors = Colors ?? colors.Principal };

    private protected override unsafe void Change<V>(Canvas canvas, ref RandomDraws draws)
    {
        Span<float> addends = [0, 0, 0];
        for (int component = 0; component < PrincipalColors.Channels; component++)
        {
            float length = Strength * draws.Normal() * Colors!.Deviations[component];
            for (int channel = 0; channel < PrincipalColors.Channels; channel++)
            {
                addends[channel] += length * Colors.Directions[component * PrincipalColors.Channels + channel];
            }
        }

        ColorKernels.Add<V>(canvas.Pixels, canvas.Grid, addends, canvas.Line);
    }
}
