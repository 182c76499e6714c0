using System.Numerics;
using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn.Experiments.Tasks;

/// <summary>How a stack halves images.</summary>
internal enum StackPooling
{
    Max,
    Average,
}

/// <summary>What follows the convolutions and the dense layer of a stack.</summary>
internal enum StackActivation
{
    ReLU,
    Tanh,
}

/// <summary>
/// Stacks of blocks as in VGG. Each block convolves a few times, each time with normalization if wanted and an activation, halves the image and may drop out; widths double from block to
/// block; one dense layer follows.
/// </summary>
internal static class StackedNetwork
{
    private const int MostBlocks = 4;
    private const int DefaultBlocks = 2;

    /// <summary>What varies by default.</summary>
    /// <param name="image">The shape of an image, which blocks halve as often as it has pixels for; null where it is not known.</param>
    public static CnnSearchSpace SpaceFor(Shape? image)
    {
        int blocks = image is { } shape
            ? Math.Clamp(BitOperations.Log2((uint)Math.Min(shape.Height, shape.Width)), 1, MostBlocks)
            : MostBlocks;
        return new()
        {
            { "Blocks", CnnSearchOption.Integer(1, blocks, defaultValue: Math.Min(blocks, DefaultBlocks)) },
            { "Convolutions", CnnSearchOption.Integer(1, 3, defaultValue: 2) },
            { "Width", CnnSearchOption.Integer(16, 64, isLogarithmic: true, defaultValue: 32) },
            { "Kernel", CnnSearchOption.Choice(3, 5) },
            { "Pooling", CnnSearchOption.Choice("Max", "Average") },
            { "Activation", CnnSearchOption.Choice("ReLU", "Tanh") },
            { "BatchNormalization", CnnSearchOption.Choice(true, false) },
            { "Dropout", CnnSearchOption.Uniform(0, 0.5, 0.25) },
            { "Units", CnnSearchOption.Integer(64, 512, isLogarithmic: true, defaultValue: 128) },
        };
    }

    /// <param name="blocks">Blocks, at least 1.</param>
    /// <param name="convolutions">Of each block, at least 1.</param>
    /// <param name="width">Filters of the first block.</param>
    /// <param name="kernel">Height and width of filters.</param>
    /// <param name="pooling">How a block halves the image.</param>
    /// <param name="activation">What follows convolutions and the dense layer.</param>
    /// <param name="batchNormalization">Whether it follows a normalization.</param>
    /// <param name="dropout">The share that is dropped after each block and in the end.</param>
    /// <param name="units">Of the dense layer.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static Network Create(
        int blocks = DefaultBlocks,
        int convolutions = 2,
        int width = 32,
        int kernel = 3,
        StackPooling pooling = StackPooling.Max,
        StackActivation activation = StackActivation.ReLU,
        bool batchNormalization = true,
        float dropout = 0.25f,
        int units = 128
    )
    {
        LayerCheck.Positive(blocks);
        LayerCheck.Positive(convolutions);
        Layer[] activated =
        [
            .. (IEnumerable<Layer>)(batchNormalization ? [new BatchNormalization()] : []),
            activation == StackActivation.ReLU ? new ReLU() : new Tanh(),
        ];
        Layer[] dropped = dropout == 0 ? [] : [new Dropout(dropout)];

        // Images of odd sides lose their last row and column.
        Layer pool =
            pooling == StackPooling.Max ? new MaxPool2D(2, rounding: Rounding.Floor) : new AveragePool2D(2, rounding: Rounding.Floor);
        List<Layer> layers = [];
        for (int block = 0; block < blocks; block++)
        {
            for (int convolution = 0; convolution < convolutions; convolution++)
            {
                layers.AddRange([new Conv2D(checked(width * (1 << block)), kernel, padding: Padding.Same), .. activated]);
            }

            layers.AddRange([pool, .. dropped]);
        }

        layers.AddRange([new Flatten(), new Dense(units), .. activated, .. dropped]);
        return Network.Sequential([.. layers]);
    }
}
