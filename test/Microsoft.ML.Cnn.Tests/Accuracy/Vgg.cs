using System.Collections.Immutable;
using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn.Tests.Accuracy;

/// <summary>Small networks in the manner of VGG: blocks of convolutions with ReLUs, pooling between them, and a dense layer.</summary>
internal static class Vgg
{
    /// <param name="input">The shape of an image.</param>
    /// <param name="kernel">The side of all filters.</param>
    /// <param name="batchNormalization">Whether each convolution is normalized.</param>
    /// <param name="convolutions">How they may be computed.</param>
    /// <param name="blocks">Filters of each convolution of each block.</param>
    public static ModelDescription Describe(
        Shape input,
        int kernel,
        bool batchNormalization,
        ConvolutionAlgorithm convolutions,
        params ImmutableArray<ImmutableArray<int>> blocks
    )
    {
        List<Layer> layers = [];
        foreach (ImmutableArray<int> block in blocks)
        {
            if (layers.Count > 0)
            {
                layers.Add(new MaxPool2D(2));
            }

            foreach (int filters in block)
            {
                layers.Add(new Conv2D(filters, kernel, padding: Padding.Same));
                if (batchNormalization)
                {
                    layers.Add(new BatchNormalization());
                }

                layers.Add(new ReLU());
            }
        }

        Network network = Network.Sequential([.. layers]).WithOutput(FashionImages.Classes, input);
        return new ModelDescription(
            network,
            input,
            PixelOrder.Interleaved,
            PixelNormalization.None(input.Channels),
            ModelOutput.Softmax,
            [],
            convolutions
        );
    }
}
