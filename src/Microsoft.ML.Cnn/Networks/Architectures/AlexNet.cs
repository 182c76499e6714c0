using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn;

/// <summary>Which AlexNet.</summary>
public enum AlexNetVariant
{
    /// <summary>
    /// As published, for 227 × 227: layers 2, 4 and 5 in two groups, which two devices computed. 60,965,224 parameters with 1000 classes.
    /// </summary>
    Published2012,

    /// <summary>The same without groups: every filter sees all channels. 62,378,344 parameters.</summary>
    Ungrouped,

    /// <summary>
    /// As PyTorch ships it, for 224 × 224: Krizhevsky's later "One weird trick" network without response normalization, and with adaptive pooling.
    /// 61,100,840 parameters.
    /// </summary>
    PyTorch,
}

public static partial class Architectures
{
    /// <summary>
    /// AlexNet. Krizhevsky, Sutskever and Hinton 2012, "ImageNet Classification with Deep Convolutional Neural Networks": ReLUs (section 3.1), two
    /// groups (3.2), response normalization (3.3), overlapping pooling (3.4), the layers (3.5), dropout (4.2), and N(0, 0.01) with biases
    /// of one in layers 2, 4, 5 and the dense ones (5).
    /// </summary>
    /// <param name="variant">As published, without groups, or as PyTorch ships it.</param>
    /// <remarks>
    /// Images of 227 × 227 in three channels as a rule, 224 × 224 with <see cref="AlexNetVariant.PyTorch"/>; of another size where the shape rule
    /// finds that all windows fit, such as 259. <see cref="SmallAlexNet"/> is for small ones.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">There is no such variant.</exception>
    public static Network AlexNet(AlexNetVariant variant = AlexNetVariant.Published2012) =>
        variant switch
        {
            AlexNetVariant.Published2012 => PublishedAlexNet(groups: 2),
            AlexNetVariant.Ungrouped => PublishedAlexNet(groups: 1),
            AlexNetVariant.PyTorch => PyTorchAlexNet(),
            _ => throw new ArgumentOutOfRangeException(nameof(variant), variant, "There are Published2012, Ungrouped and PyTorch."),
        };

    /// <summary>
    /// AlexNet in small: its five convolutions, three overlapping poolings and two dense layers with dropout, cut to images of 32 × 32 or 64 × 64.
    /// </summary>
    /// <param name="inputSize">Height and width of the images: 32, or 64, which the first layer halves.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is neither 32 nor 64.</exception>
    public static Network SmallAlexNet(int inputSize = 32)
    {
        // One pixel at the bottom and right lets windows of 3 with stride 2 halve an even image.
        Padding half = new(0, 0, 1, 1);
        (int stride, Padding padding) = inputSize switch
        {
            32 => (1, new Padding(2, 2)),
            64 => (2, new Padding(2, 2, 1, 1)),
            _ => throw new ArgumentOutOfRangeException(
                nameof(inputSize),
                inputSize,
                $"The small AlexNet takes images of 32 x 32 or 64 x 64 pixels, received {inputSize}. What would work: resizing the images, or AlexNet for 227 x 227."
            ),
        };
        return Network.Sequential(
            new Conv2D(64, kernel: 5, stride: stride, padding: padding),
            new ReLU(),
            new MaxPool2D(3, stride: 2, padding: half),
            new Conv2D(192, kernel: 5, padding: 2),
            new ReLU(),
            new MaxPool2D(3, stride: 2, padding: half),
            new Conv2D(384, kernel: 3, padding: 1),
            new ReLU(),
            new Conv2D(256, kernel: 3, padding: 1),
            new ReLU(),
            new Conv2D(256, kernel: 3, padding: 1),
            new ReLU(),
            new MaxPool2D(3, stride: 2, padding: half),
            new Flatten(),
            new Dense(1024),
            new ReLU(),
            new Dropout(0.5f),
            new Dense(1024),
            new ReLU(),
            new Dropout(0.5f)
        );
    }

    private static Network PublishedAlexNet(int groups)
    {
        Initializer normal = Initializer.Normal(0.01f);
        Initializer one = Initializer.One;
        return Network.Sequential(
            new Conv2D(96, kernel: 11, stride: 4, weightInitializer: normal),
            new ReLU(),
            new LocalResponseNormalization(size: 5, alpha: 1e-4f, beta: 0.75f, k: 2),
            new MaxPool2D(3, stride: 2),
            new Conv2D(256, kernel: 5, padding: 2, groups: groups, weightInitializer: normal, biasInitializer: one),
            new ReLU(),
            new LocalResponseNormalization(size: 5, alpha: 1e-4f, beta: 0.75f, k: 2),
            new MaxPool2D(3, stride: 2),
            new Conv2D(384, kernel: 3, padding: 1, weightInitializer: normal),
            new ReLU(),
            new Conv2D(384, kernel: 3, padding: 1, groups: groups, weightInitializer: normal, biasInitializer: one),
            new ReLU(),
            new Conv2D(256, kernel: 3, padding: 1, groups: groups, weightInitializer: normal, biasInitializer: one),
            new ReLU(),
            new MaxPool2D(3, stride: 2),
            new Flatten(),
            new Dense(4096, weightInitializer: normal, biasInitializer: one),
            new ReLU(),
            new Dropout(0.5f),
            new Dense(4096, weightInitializer: normal, biasInitializer: one),
            new ReLU(),
            new Dropout(0.5f)
        );
    }

    // torchvision.models.alexnet: the same layers, rounding and order. Weights begin as He et al. 2015 have them.
    private static Network PyTorchAlexNet() =>
        Network.Sequential(
            new Conv2D(64, kernel: 11, stride: 4, padding: 2, rounding: Rounding.Floor),
            new ReLU(),
            new MaxPool2D(3, stride: 2, rounding: Rounding.Floor),
            new Conv2D(192, kernel: 5, padding: 2),
            new ReLU(),
            new MaxPool2D(3, stride: 2, rounding: Rounding.Floor),
            new Conv2D(384, kernel: 3, padding: 1),
            new ReLU(),
            new Conv2D(256, kernel: 3, padding: 1),
            new ReLU(),
            new Conv2D(256, kernel: 3, padding: 1),
            new ReLU(),
            new MaxPool2D(3, stride: 2, rounding: Rounding.Floor),
            new AdaptiveAveragePool2D(6),
            new Flatten(),
            new Dropout(0.5f),
            new Dense(4096),
            new ReLU(),
            new Dropout(0.5f),
            new Dense(4096),
            new ReLU()
        );
}
