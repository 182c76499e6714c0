using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn;

// VGG: Simonyan and Zisserman 2015, "Very Deep Convolutional Networks for Large-Scale Image Recognition", table 1; layers by section 2.1, dense
// layers with dropout by section 3.1. Filters begin as He et al. 2015 have them, with which sixteen layers train from nothing; the paper had to
// train a smaller network first.
public static partial class Architectures
{
    /// <summary>VGG-11, column A of the paper's table 1, for images whose sides are multiples of 32 (224 as published). 132,863,336 parameters with 1000 classes.</summary>
    /// <inheritdoc cref="Vgg16"/>
    public static Network Vgg11(int firstBlockWidth = 64, bool batchNormalization = false, int denseUnits = 4096) =>
        Vgg([1, 1, 2, 2, 2], firstBlockWidth, batchNormalization, denseUnits);

    /// <summary>VGG-13, column B of the paper's table 1, for images whose sides are multiples of 32 (224 as published). 133,047,848 parameters with 1000 classes.</summary>
    /// <inheritdoc cref="Vgg16"/>
    public static Network Vgg13(int firstBlockWidth = 64, bool batchNormalization = false, int denseUnits = 4096) =>
        Vgg([2, 2, 2, 2, 2], firstBlockWidth, batchNormalization, denseUnits);

    /// <summary>VGG-16, column D of the paper's table 1, for images whose sides are multiples of 32 (224 as published). 138,357,544 parameters with 1000 classes.</summary>
    /// <param name="firstBlockWidth">Filters of the first block, at least 1: 64 as published. Later blocks have 2, 4, 8 and 8 times as many.</param>
    /// <param name="batchNormalization">Whether each convolution is normalized over the batch before its ReLU, which the paper does not.</param>
    /// <param name="denseUnits">Units of each of the two hidden dense layers, at least 1: 4096 as published; a few hundred are enough for images of 32 × 32.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    public static Network Vgg16(int firstBlockWidth = 64, bool batchNormalization = false, int denseUnits = 4096) =>
        Vgg([2, 2, 3, 3, 3], firstBlockWidth, batchNormalization, denseUnits);

    /// <summary>VGG-19, column E of the paper's table 1, for images whose sides are multiples of 32 (224 as published). 143,667,240 parameters with 1000 classes.</summary>
    /// <inheritdoc cref="Vgg16"/>
    public static Network Vgg19(int firstBlockWidth = 64, bool batchNormalization = false, int denseUnits = 4096) =>
        Vgg([2, 2, 4, 4, 4], firstBlockWidth, batchNormalization, denseUnits);

    /// <summary>
    /// VGG in small, for images of 32 × 32 or 64 × 64: blocks of two convolutions and a pooling, each twice as wide as the one before, down to 4 × 4
    /// pixels, and a dense layer with dropout.
    /// </summary>
    /// <param name="inputSize">Height and width of the images: 32, with three blocks, or 64, with four.</param>
    /// <param name="firstBlockWidth">Filters of the first block, at least 1; by default 32, then 64, 128 and 256.</param>
    /// <param name="batchNormalization">Whether each convolution is normalized over the batch before its ReLU.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is neither 32 nor 64, or the width less than 1.</exception>
    public static Network SmallVgg(int inputSize = 32, int firstBlockWidth = 32, bool batchNormalization = true)
    {
        LayerCheck.Positive(firstBlockWidth);
        int blocks = inputSize switch
        {
            32 => 3,
            64 => 4,
            _ => throw new ArgumentOutOfRangeException(
                nameof(inputSize),
                inputSize,
                $"The small VGG takes images of 32 x 32 or 64 x 64 pixels, received {inputSize}. What would work: resizing the images, or Vgg11 to Vgg19 for multiples of 32."
            ),
        };
        return Network.Sequential([
            .. Enumerable.Range(0, blocks).Select(block => VggBlock(2, checked(firstBlockWidth * (1 << block)), batchNormalization)),
            new Flatten(),
            new Dense(256),
            new ReLU(),
            new Dropout(0.5f),
        ]);
    }

    private static Network Vgg(int[] convolutions, int firstBlockWidth, bool batchNormalization, int denseUnits)
    {
        LayerCheck.Positive(firstBlockWidth);
        LayerCheck.Positive(denseUnits);
        return Network.Sequential([
            .. convolutions.Select(
                (count, block) => VggBlock(count, checked(firstBlockWidth * (1 << Math.Min(block, 3))), batchNormalization)
            ),
            new Flatten(),
            new Dense(denseUnits),
            new ReLU(),
            new Dropout(0.5f),
            new Dense(denseUnits),
            new ReLU(),
            new Dropout(0.5f),
        ]);
    }

    private static Block VggBlock(int convolutions, int filters, bool batchNormalization)
    {
        Layer[] convolution = batchNormalization
            ? [new Conv2D(filters, kernel: 3, padding: 1), new BatchNormalization(), new ReLU()]
            : [new Conv2D(filters, kernel: 3, padding: 1), new ReLU()];
        return new Block([.. Enumerable.Repeat(convolution, convolutions).SelectMany(layers => layers), new MaxPool2D(2)]);
    }
}
