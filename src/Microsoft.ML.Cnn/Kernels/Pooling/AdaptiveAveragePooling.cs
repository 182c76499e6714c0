using System.Diagnostics;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>
/// Averages an image down to a given size: output i averages the pixels from floor(i * in / out) up to
/// ceil((i + 1) * in / out), so that windows may differ in size and overlap by a pixel.
/// </summary>
internal static unsafe class AdaptiveAveragePooling
{
    public static void Forward<V>(Planes x, Planes y)
        where V : struct, IVector<V>
    {
        Debug.Assert(x.Count == y.Count && x.PixelLength == y.PixelLength);
        for (int plane = 0; plane < y.Count; plane++)
        {
            for (int row = 0; row < y.Height; row++)
            {
                Interval rows = Window(row, x.Height, y.Height);
                for (int column = 0; column < y.Width; column++)
                {
                    Interval columns = Window(column, x.Width, y.Width);
                    PixelBlock.Of(x, plane, rows, columns).Average<V>(y.Pixel(plane, row, column), 1f / (rows.Length * columns.Length));
                }
            }
        }
    }

    /// <summary>All of <paramref name="dx"/> is written.</summary>
    public static void Backward<V>(Planes dy, Planes dx)
        where V : struct, IVector<V>
    {
        for (int plane = 0; plane < dy.Count; plane++)
        {
            PlaneFill.Zero(dx, plane);
            for (int row = 0; row < dy.Height; row++)
            {
                Interval rows = Window(row, dx.Height, dy.Height);
                for (int column = 0; column < dy.Width; column++)
                {
                    Interval columns = Window(column, dx.Width, dy.Width);
                    PixelBlock.Of(dx, plane, rows, columns).Spread<V>(dy.Pixel(plane, row, column), 1f / (rows.Length * columns.Length));
                }
            }
        }
    }

    private static Interval Window(int index, int input, int output)
    {
        int first = (int)((long)index * input / output);
        int end = (int)(((long)(index + 1) * input + output - 1) / output);
        return new Interval(first, end);
    }
}
