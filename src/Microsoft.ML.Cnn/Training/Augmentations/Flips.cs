using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Training.Augmentations;

namespace Microsoft.ML.Cnn;

/// <summary>Mirrors images: left becomes right. torchvision's <c>RandomHorizontalFlip</c>.</summary>
public sealed record HorizontalFlip : Augmentation
{
    /// <summary>Creates the augmentation.</summary>
    /// <param name="probability">The probability of an image to be mirrored, from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is out of its range.</exception>
    public HorizontalFlip(float probability = 0.5f)
        : base(probability) { }

    private protected override unsafe void Change<V>(Canvas canvas, ref RandomDraws draws) => Flip.Horizontal(canvas.Pixels, canvas.Grid);
}

/// <summary>Mirrors images: above becomes below. torchvision's <c>RandomVerticalFlip</c>.</summary>
public sealed record VerticalFlip : Augmentation
{
    /// <summary>Creates the augmentation.</summary>
    /// <param name="probability">The probability of an image to be mirrored, from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is out of its range.</exception>
    public VerticalFlip(float probability = 0.5f)
        : base(probability) { }

    private protected override unsafe void Change<V>(Canvas canvas, ref RandomDraws draws) => Flip.Vertical<V>(canvas.Pixels, canvas.Grid);
}
