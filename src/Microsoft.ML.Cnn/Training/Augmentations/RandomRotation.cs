using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Training.Augmentations;

namespace Microsoft.ML.Cnn;

/// <summary>
/// Rotates images about their centre, with bilinear interpolation: torchvision's <c>RandomRotation(degrees, InterpolationMode.BILINEAR)</c>.
/// </summary>
public sealed record RandomRotation : Augmentation
{
    /// <summary>Creates the augmentation.</summary>
    /// <param name="degrees">How far in either direction at most, from 0 to 180.</param>
    /// <param name="fill">What lies around the image, as pixels are scaled in the data.</param>
    /// <param name="probability">The probability of an image to be changed, from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public RandomRotation(float degrees, float fill = 0, float probability = 1)
        : base(probability)
    {
        Degrees = LayerCheck.Within(degrees, 0, 180);
        Fill = LayerCheck.Within(fill, float.MinValue, float.MaxValue);
    }

    /// <summary>How far in either direction at most.</summary>
    public float Degrees { get; }

    /// <summary>What lies around the image.</summary>
    public float Fill { get; }

    private protected override unsafe void Change<V>(Canvas canvas, ref RandomDraws draws)
    {
        double radians = double.DegreesToRadians(draws.Between(-Degrees, Degrees));
        Rotation.Run(canvas.Pixels, canvas.Spare, canvas.Grid, radians, Fill);
        canvas.Swap();
    }
}
