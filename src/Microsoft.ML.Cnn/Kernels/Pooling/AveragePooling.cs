using System.Diagnostics;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>
/// The average of each window. Where <c>countPadding</c> a window is divided by its pixels on the padded image (what hangs
/// over the padding does not count), else by its pixels on the image. The halo is not read. The average of a whole image
/// is that of one window as large as the image.
/// </summary>
internal static unsafe class AveragePooling
{
    public static void Forward<V>(Planes x, Planes y, in WindowGeometry window, bool countPadding)
        where V : struct, IVector<V>
    {
        Debug.Assert(x.Count == y.Count && x.PixelLength == y.PixelLength && window.Rows.Dilation == 1 && window.Columns.Dilation == 1);
        for (int plane = 0; plane < y.Count; plane++)
        {
            for (int row = 0; row < y.Height; row++)
            {
                Side rows = Side.Of(window.Rows, row, countPadding);
                for (int column = 0; column < y.Width; column++)
                {
                    Side columns = Side.Of(window.Columns, column, countPadding);
                    PixelBlock
                        .Of(x, plane, rows.Pixels, columns.Pixels)
                        .Average<V>(y.Pixel(plane, row, column), 1f / (rows.Divisor * columns.Divisor));
                }
            }
        }
    }

    /// <summary>All of <paramref name="dx"/> is written.</summary>
    public static void Backward<V>(Planes dy, Planes dx, in WindowGeometry window, bool countPadding)
        where V : struct, IVector<V>
    {
        for (int plane = 0; plane < dy.Count; plane++)
        {
            PlaneFill.Zero(dx, plane);
            for (int row = 0; row < dy.Height; row++)
            {
                Side rows = Side.Of(window.Rows, row, countPadding);
                for (int column = 0; column < dy.Width; column++)
                {
                    Side columns = Side.Of(window.Columns, column, countPadding);
                    PixelBlock
                        .Of(dx, plane, rows.Pixels, columns.Pixels)
                        .Spread<V>(dy.Pixel(plane, row, column), 1f / (rows.Divisor * columns.Divisor));
                }
            }
        }
    }

    /// <summary>One direction of a window: the pixels of the image it covers, and how many it is divided by.</summary>
    private readonly record struct Side(Interval Pixels, int Divisor)
    {
        public static Side Of(in Extent extent, int window, bool countPadding)
        {
            int start = extent.Pixel(window, 0);
            int padded = Math.Min(start + extent.Kernel, extent.Input + extent.After) - start;
            Interval pixels = new(Math.Max(0, start), Math.Min(extent.Input, start + extent.Kernel));
            return new Side(pixels, countPadding ? padded : pixels.Length);
        }
    }
}
