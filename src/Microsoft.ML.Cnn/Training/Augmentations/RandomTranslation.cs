using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Training.Augmentations;

namespace Microsoft.ML.Cnn;

/// <summary>
/// Moves images by a share of their size: torchvision's <c>RandomAffine(degrees=0, translate=(horizontal, vertical))</c>, which rounds to whole
/// pixels, so that nothing is to be interpolated.
/// </summary>
public sealed record RandomTranslation : Augmentation
{
    /// <summary>Creates the augmentation.</summary>
    /// <param name="horizontal">How far to either side at most, as a share of the width from 0 to 1.</param>
    /// <param name="vertical">How far up or down at most, as a share of the height from 0 to 1.</param>
    /// <param name="fill">What lies around the image, as pixels are scaled in the data.</param>
    /// <param name="probability">The probability of an image to be changed, from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public RandomTranslation(float horizontal, float vertical, float fill = 0, float probability = 1)
        : base(probability)
    {
        Horizontal = LayerCheck.Within(horizontal, 0, 1);
        Vertical = LayerCheck.Within(vertical, 0, 1);
        Fill = LayerCheck.Within(fill, float.MinValue, float.MaxValue);
    }

    /// <summary>How far to either side at most, as a share of the width.</summary>
    public float Horizontal { get; }

    /// <summary>How far up or down at most, as a share of the height.</summary>
    public float Vertical { get; }

    /// <summary>What lies around the image.</summary>
    public float Fill { get; }

    private protected override unsafe void Change<V>(Canvas canvas, ref RandomDraws draws)
    {
        int right = (int)MathF.Round(draws.Between(-1, 1) * Horizontal * canvas.Grid.Width);
        int down = (int)MathF.Round(draws.Between(-1, 1) * Vertical * canvas.Grid.Height);
        WindowCopy.Copy(canvas.Pixels, canvas.Spare, canvas.Grid, -down, -right, Border.Constant, Fill);
        canvas.Swap();
    }
}
