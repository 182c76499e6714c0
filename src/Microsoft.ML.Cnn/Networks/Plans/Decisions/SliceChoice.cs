using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Decisions;

/// <summary>How many images a worker carries through the network together.</summary>
internal static class SliceChoice
{
    /// <summary>Floats of the largest value of a slice: a part of a core's second cache level.</summary>
    private const long CacheLength = 128 * 1024;

    private const int MostImages = 32;

    /// <summary>While training: slices of a batch that keep the cores of a small machine busy. There are fewer where they would not pay.</summary>
    private const int EnoughSlices = 4;

    /// <summary>
    /// Pixels that the convolution with the most products makes of a slice, below which its tiles and blocks are too small: slices of half as many
    /// were measured to cost one core a tenth of its speed or more.
    /// </summary>
    private const int LeastPixels = 512;

    /// <summary>Products of a slice below which workers are done before they have met.</summary>
    private const long LeastProducts = 1 << 20;

    /// <summary>
    /// As many images as fit the cache; fewer where a batch that trains would make too few slices for several cores. It does not depend
    /// on their number: the order of sums follows from it.
    /// </summary>
    public static int Images(OperationGraph graph, List<PlannedOperation> operations, bool training, int batchSize, int lanes)
    {
        int group = operations[0].InputLayout == Layout.Images ? lanes : 1;
        long largest = operations.Max(operation =>
            operation.Operation.Inputs.Append(operation.Operation.Output).Max(value => graph[value].Length)
        );
        long images = Math.Clamp(CacheLength / largest, 1, MostImages);
        if (training)
        {
            images = Math.Min(images, Math.Max(Share(batchSize, EnoughSlices), LeastImages(operations)));
        }

        return (int)Math.Max(group, images / group * group);
    }

    /// <summary>As many as make a slice worth its while.</summary>
    private static long LeastImages(List<PlannedOperation> operations)
    {
        ConvolutionGeometry[] convolutions =
        [
            .. operations.Select(operation => operation.Primitive).OfType<ConvolutionPrimitive>().Select(primitive => primitive.Geometry),
        ];
        if (convolutions.Length == 0)
        {
            return MostImages;
        }

        ConvolutionGeometry largest = convolutions.MaxBy(geometry => geometry.Products)!;
        return Math.Max(
            Share(LeastPixels, largest.Rows.Output * largest.Columns.Output),
            Share(LeastProducts, convolutions.Sum(geometry => geometry.Products))
        );
    }

    private static long Share(long whole, long parts) => (whole + parts - 1) / parts;
}
