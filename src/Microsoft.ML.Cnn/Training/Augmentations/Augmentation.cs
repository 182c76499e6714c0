using System.Text.Json.Serialization;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Training.Augmentations;

namespace Microsoft.ML.Cnn;

/// <summary>
/// A random change of training images that leaves their class as it is: an immutable description. Definitions are those of torchvision's
/// <c>transforms</c>. Images keep their size, and pixels their scale: they are changed as they come out of the data, before normalization.
/// </summary>
/// <remarks>The set of augmentations is closed: users compose them into an <see cref="AugmentationSequence"/>.</remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "augmentation")]
[JsonDerivedType(typeof(ColorJitter), "colorJitter")]
[JsonDerivedType(typeof(HorizontalFlip), "horizontalFlip")]
[JsonDerivedType(typeof(PcaLighting), "pcaLighting")]
[JsonDerivedType(typeof(RandomCrop), "randomCrop")]
[JsonDerivedType(typeof(RandomErasing), "randomErasing")]
[JsonDerivedType(typeof(RandomResizedCrop), "randomResizedCrop")]
[JsonDerivedType(typeof(RandomRotation), "randomRotation")]
[JsonDerivedType(typeof(RandomTranslation), "randomTranslation")]
[JsonDerivedType(typeof(VerticalFlip), "verticalFlip")]
public abstract record Augmentation
{
    private protected Augmentation(float probability) => Probability = LayerCheck.Within(probability, 0, 1);

    /// <summary>The probability of an image to be changed, each time it is trained on; from 0 to 1.</summary>
    public float Probability { get; }

    /// <summary>Whether <see cref="Learn"/> wants more of the training pixels than their normalization.</summary>
    internal virtual bool NeedsColors => false;

    /// <summary>Why this does not fit images of a shape, and what would work; null where it fits.</summary>
    internal virtual string? Misfit(Shape image) => null;

    /// <summary>The augmentation with all that it learns from the training pixels.</summary>
    /// <exception cref="ArgumentException">It does not fit them.</exception>
    internal virtual Augmentation Learn(TrainingColors colors) => this;

    /// <summary>Changes the image on a canvas, or by chance does not.</summary>
    internal void Apply<V>(Canvas canvas, RandomDraws draws)
        where V : struct, IVector<V>
    {
        if (draws.Uniform() < Probability)
        {
            Change<V>(canvas, ref draws);
        }
    }

    private protected abstract void Change<V>(Canvas canvas, ref RandomDraws draws)
        where V : struct, IVector<V>;
}
