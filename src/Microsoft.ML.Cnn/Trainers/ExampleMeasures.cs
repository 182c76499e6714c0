using System.Collections.Immutable;
using Microsoft.ML.Cnn.Training;
using Microsoft.ML.Cnn.Training.Augmentations;
using Microsoft.ML.Cnn.Training.Checkpoints;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>What is found out before training begins, by a pass over the training images and one over the labels of the validation images.</summary>
/// <param name="Statistics">Of the training images.</param>
/// <param name="Colors">Of them, where an augmentation wants to know.</param>
/// <param name="ValidationRows">Validation images that count; 0 where there are none.</param>
/// <param name="TrainingIdentity">What tells the training images from others.</param>
/// <param name="ValidationIdentity">What tells the validation images from others.</param>
internal sealed record ExampleMeasures(
    PixelStatistics Statistics,
    ColorStatistics? Colors,
    long ValidationRows,
    ImmutableArray<IdentityPart> TrainingIdentity,
    ImmutableArray<IdentityPart> ValidationIdentity
)
{
    /// <param name="sets">The images.</param>
    /// <param name="image">Their shape, and the order of their pixels.</param>
    /// <param name="options">Of the trainer.</param>
    /// <param name="hashesImages">Whether training images are told from others by all there is in them, not only by their statistics.</param>
    /// <param name="throwIfCanceled">Called once a row.</param>
    public static ExampleMeasures Of(
        ExampleSets sets,
        ImageLayout image,
        CnnTrainerOptions options,
        bool hashesImages,
        Action throwIfCanceled
    )
    {
        ColorStatistics? colors = ColorStatistics.For(options.Augmentation, image.Shape, image.Order);
        using RowsHash? hash = hashesImages ? new RowsHash() : null;
        PixelStatistics statistics = PixelStatistics.Measure(sets.Train, image.Shape, image.Order, throwIfCanceled, colors, hash);
        using RowsHash? validationHash = sets.Validation is null ? null : new RowsHash();
        sets.Validation?.HashWithoutPixels(validationHash!, throwIfCanceled);
        return new ExampleMeasures(
            statistics,
            colors,
            validationHash?.Rows ?? 0,
            DataIdentity.OfTraining(statistics, hash),
            DataIdentity.OfValidation(validationHash)
        );
    }
}
