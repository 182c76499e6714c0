using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn;

// ResNet: He, Zhang, Ren and Sun 2016, "Deep Residual Learning for Image Recognition", table 1; blocks by section 3.2 and figure 2, shortcuts by
// projection where the shape changes (section 3.3, option B), batch normalization before each activation (section 3.4). As torchvision has them.
public static partial class Architectures
{
    /// <summary>ResNet-18, for images of about 224 × 224. 11,689,512 parameters with 1000 classes.</summary>
    /// <inheritdoc cref="ResNet34"/>
    public static Network ResNet18(int firstBlockWidth = 64, bool smallImages = false) =>
        ResNet([2, 2, 2, 2], firstBlockWidth, smallImages);

    /// <summary>ResNet-34, for images of about 224 × 224. 21,797,672 parameters with 1000 classes.</summary>
    /// <param name="firstBlockWidth">Filters of the first stage, at least 1: 64 as published. Later stages have 2, 4 and 8 times as many.</param>
    /// <param name="smallImages">
    /// For images of about 32 × 32: it begins with a 3 × 3 convolution at stride 1 and no pooling (as section 4.2 begins its own networks for such images).
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The width is less than 1.</exception>
    public static Network ResNet34(int firstBlockWidth = 64, bool smallImages = false) =>
        ResNet([3, 4, 6, 3], firstBlockWidth, smallImages);

    private static Network ResNet(int[] blocks, int firstBlockWidth, bool smallImages)
    {
        LayerCheck.Positive(firstBlockWidth);
        Layer[] stem = smallImages
            ? [.. Normalized(firstBlockWidth, kernel: 3, stride: 1), new ReLU()]
            : [.. Normalized(firstBlockWidth, kernel: 7, stride: 2), new ReLU(), new MaxPool2D(3, 2, padding: 1, Rounding.Floor)];
        return Network.Sequential([
            .. stem,
            .. blocks.Select((count, stage) => ResNetStage(count, checked(firstBlockWidth * (1 << stage)), stage == 0 ? 1 : 2)),
            new GlobalAveragePool2D(),
        ]);
    }

    /// <summary>Blocks of two convolutions; the first one halves the image and doubles the channels, its shortcut too, unless the stride is 1.</summary>
    private static Block ResNetStage(int blocks, int filters, int stride) =>
        new([
            .. Enumerable.Range(0, blocks).SelectMany(block => block == 0 ? ResNetBlock(filters, stride) : ResNetBlock(filters, stride: 1)),
        ]);

    private static Layer[] ResNetBlock(int filters, int stride)
    {
        Block body = new([.. Normalized(filters, kernel: 3, stride), new ReLU(), .. Normalized(filters, kernel: 3, stride: 1)]);
        return [new Residual(body, stride == 1 ? null : new Block(Normalized(filters, kernel: 1, stride))), new ReLU()];
    }

    private static Layer[] Normalized(int filters, int kernel, int stride) =>
        [new Conv2D(filters, kernel, stride, padding: kernel / 2, bias: false, rounding: Rounding.Floor), new BatchNormalization()];
}
