using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn.Tests.Transforms;

/// <summary>A filter on one channel of an image by its definition, in double precision.</summary>
internal static class ConvolutionDefinition
{
    /// <param name="image">[height, width].</param>
    /// <param name="filter">What slides over it.</param>
    /// <param name="stride">Pixels from a result to the next.</param>
    /// <param name="padding">Pixels around the image.</param>
    /// <param name="border">What they hold.</param>
    /// <param name="borderValue">Likewise, of a constant border.</param>
    public static double[,] Convolve(
        double[,] image,
        ImageFilter filter,
        int stride,
        Padding padding,
        Border border,
        double borderValue = 0
    )
    {
        (int before, int rows) = Windows(image.GetLength(0), filter.Size.Height, stride, padding.IsSame, padding.Top, padding.Bottom);
        (int left, int columns) = Windows(image.GetLength(1), filter.Size.Width, stride, padding.IsSame, padding.Left, padding.Right);
        double[,] results = new double[rows, columns];
        for (int tap = 0; tap < filter.Weights.Length; tap++)
        {
            int down = tap / filter.Size.Width - before;
            int right = tap % filter.Size.Width - left;
            for (int y = 0; y < rows; y++)
            {
                for (int x = 0; x < columns; x++)
                {
                    results[y, x] += filter.Weights[tap] * Pixel(image, y * stride + down, x * stride + right, border, borderValue);
                }
            }
        }

        return results;
    }

    private static (int Before, int Results) Windows(int size, int kernel, int stride, bool same, int before, int after)
    {
        if (!same)
        {
            return (before, (size + before + after - kernel) / stride + 1);
        }

        int results = (size + stride - 1) / stride;
        return (Math.Max(0, (results - 1) * stride + kernel - size) / 2, results);
    }

    private static double Pixel(double[,] image, int y, int x, Border border, double borderValue)
    {
        (int height, int width) = (image.GetLength(0), image.GetLength(1));
        bool isInside = y >= 0 && y < height && x >= 0 && x < width;
        return border switch
        {
            _ when isInside => image[y, x],
            Border.Zero => 0,
            Border.Constant => borderValue,
            Border.Replicate => image[Math.Clamp(y, 0, height - 1), Math.Clamp(x, 0, width - 1)],
            _ => image[Mirror(y, height), Mirror(x, width)],
        };
    }

    private static int Mirror(int at, int size) =>
        at < 0 ? -at
        : at < size ? at
        : 2 * (size - 1) - at;
}
