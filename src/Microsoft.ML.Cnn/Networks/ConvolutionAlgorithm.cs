using System.Text.Json.Serialization;

namespace Microsoft.ML.Cnn;

/// <summary>How convolutions are computed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ConvolutionAlgorithm>))]
public enum ConvolutionAlgorithm
{
    /// <summary>
    /// What is fastest: 3 × 3 and 5 × 5 filters at stride 1 by Winograd's minimal filtering (A. Lavin, S. Gray, "Fast Algorithms for Convolutional
    /// Neural Networks", CVPR 2016) where there are enough channels, all others directly. A sum of products then has a few times the rounding error
    /// of the direct sum: BENCHMARKS.md gives the figures.
    /// </summary>
    Automatic,

    /// <summary>As a sum of products, by its definition, for every convolution.</summary>
    Direct,
}
