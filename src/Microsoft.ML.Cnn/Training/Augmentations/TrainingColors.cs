using System.Collections.Immutable;

namespace Microsoft.ML.Cnn.Training.Augmentations;

/// <summary>What augmentations learn of the training images.</summary>
/// <param name="Centers">Of each channel the value that normalization brings to 0.</param>
/// <param name="Minimum">The least value of a pixel; NaN where nobody asked.</param>
/// <param name="Maximum">The greatest; NaN where nobody asked.</param>
/// <param name="Principal">The principal colours; null where nobody asked, or where there are not three channels.</param>
internal sealed record TrainingColors(
    ImmutableArray<float> Centers,
    float Minimum = float.NaN,
    float Maximum = float.NaN,
    PrincipalColors? Principal = null
);
