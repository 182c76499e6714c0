using System.Text.Json.Serialization;

namespace Microsoft.ML.Cnn;

/// <summary>How convolutions are computed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ConvolutionAlgorithm>))]
public enum ConvolutionAlgorithm
{
    /// <summary>
    /// What is fastest: 3 × 3 and 5 × 5 filters at stride 1 by Winograd's minimal filtering (A. Lavin, S. Gray, "Fast Algorithms for Convolutional
    /// Neural Networks", CVPR 2016) where there are enough channels. Networks of few channels, which run with images in the lanes, do the same along rows alone,
    /// for filters of 3 to 5 columns at stride 1, dilation 1 and without groups; all others are convolved directly. A sum of products then has up to five times the
    /// rounding error of the direct sum, gradients of 5 × 5 filters up to nine times, with images in the lanes up to fifteen times; in a trained VGG the greatest is
    /// about 6e-5, and 2e-4 with images in the lanes, of the root mean square of a layer's results. BENCHMARKS.md gives the figures, and how fast trainings part by them.
    /// </summary>
    Automatic,

    /// <summary>As a sum of products, by its definition, for every convolution.</summary>
    Direct,
}
