using System.Diagnostics;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>
/// The greatest pixel of each window, lane by lane. Windows are clipped to the image: padding never wins, and the halo is
/// not read.
/// </summary>
internal static unsafe class MaxPooling
{
    public static void Forward<V>(Planes x, Planes y, in WindowGeometry window)
        where V : struct, IVector<V>
    {
        Debug.Assert(
            x.Count == y.Count && x.PixelLength == y.PixelLength && y.Height == window.Rows.Output && y.Width == window.Columns.Output
        );
        for (int plane = 0; plane < y.Count; plane++)
        {
            for (int row = 0; row < y.Height; row++)
            {
                if (IsPlainTwoByTwo(window))
                {
                    ForwardTwoByTwo<V>(x.Row(plane, 2 * row), x.Row(plane, 2 * row + 1), y.Row(plane, row), y.Width, y.PixelLength);
                    continue;
                }

                Interval rows = Interval.TapsInside(window.Rows, row);
                for (int column = 0; column < y.Width; column++)
                {
                    ForwardWindow<V>(Taps.Of(x, plane, row, column, rows, window), y.Pixel(plane, row, column), y.PixelLength);
                }
            }
        }
    }

    /// <summary>
    /// The gradient goes to the first pixel of a window, row by row, that equals the greatest: which one that was is found
    /// again rather than stored. All of <paramref name="dx"/> is written.
    /// </summary>
    public static void Backward<V>(Planes x, Planes y, Planes dy, Planes dx, in WindowGeometry window)
        where V : struct, IVector<V>
    {
        Debug.Assert(Rows.SameSize(y, dy) && Rows.SameSize(x, dx));
        bool apart = window.Rows.Span <= window.Rows.Stride && window.Columns.Span <= window.Columns.Stride;
        for (int plane = 0; plane < y.Count; plane++)
        {
            if (!(apart && CoversAll(window.Rows) && CoversAll(window.Columns)))
            {
                PlaneFill.Zero(dx, plane);
            }

            for (int row = 0; row < y.Height; row++)
            {
                Interval rows = Interval.TapsInside(window.Rows, row);
                for (int column = 0; column < y.Width; column++)
                {
                    Taps source = Taps.Of(x, plane, row, column, rows, window);
                    Taps target = Taps.Of(dx, plane, row, column, rows, window);
                    float* result = y.Pixel(plane, row, column);
                    float* gradient = dy.Pixel(plane, row, column);
                    if (apart)
                    {
                        BackwardWindow<V, Overwrite>(source, target, result, gradient, y.PixelLength);
                    }
                    else
                    {
                        BackwardWindow<V, Accumulate>(source, target, result, gradient, y.PixelLength);
                    }
                }
            }
        }
    }

    private static bool IsPlainTwoByTwo(in WindowGeometry window) => IsPlainTwo(window.Rows) && IsPlainTwo(window.Columns);

    private static bool IsPlainTwo(in Extent extent) =>
        extent is { Kernel: 2, Stride: 2, Dilation: 1, Before: 0 } && 2 * extent.Output <= extent.Input;

    // Windows that lie side by side without a gap, from the first pixel to the last.
    private static bool CoversAll(in Extent extent) =>
        (extent.Kernel == extent.Stride && extent.Dilation == 1 || extent.Kernel == 1 && extent.Stride == 1)
        && extent.Output * extent.Stride - extent.Before >= extent.Input;

    private static void ForwardTwoByTwo<V>(float* upper, float* lower, float* y, int width, int pixel)
        where V : struct, IVector<V>
    {
        int whole = pixel - pixel % V.Count;
        for (int column = 0; column < width; column++)
        {
            ForwardTwoByTwo<V>(upper, lower, y, pixel, 0, whole);
            ForwardTwoByTwo<F32x1>(upper, lower, y, pixel, whole, pixel);
            upper += 2 * pixel;
            lower += 2 * pixel;
            y += pixel;
        }
    }

    private static void ForwardTwoByTwo<V>(float* upper, float* lower, float* y, nint pixel, int from, int to)
        where V : struct, IVector<V>
    {
        for (nint i = from; i < to; i += V.Count)
        {
            V above = V.Max(V.Load(upper + i), V.Load(upper + pixel + i));
            V below = V.Max(V.Load(lower + i), V.Load(lower + pixel + i));
            V.Max(above, below).Store(y + i);
        }
    }

    private static void ForwardWindow<V>(Taps x, float* y, int pixel)
        where V : struct, IVector<V>
    {
        int whole = pixel - pixel % V.Count;
        ForwardLanes<V>(x, y, 0, whole);
        ForwardLanes<F32x1>(x, y, whole, pixel);
    }

    private static void ForwardLanes<V>(Taps x, float* y, int from, int to)
        where V : struct, IVector<V>
    {
        for (nint i = from; i < to; i += V.Count)
        {
            V greatest = V.Load(x.At(0, 0) + i);
            for (int row = 0; row < x.Rows; row++)
            {
                for (int column = 0; column < x.Columns; column++)
                {
                    greatest = V.Max(greatest, V.Load(x.At(row, column) + i));
                }
            }

            greatest.Store(y + i);
        }
    }

    private static void BackwardWindow<V, TWrite>(Taps x, Taps dx, float* y, float* dy, int pixel)
        where V : struct, IVector<V>
        where TWrite : struct, IWrite
    {
        int whole = pixel - pixel % V.Count;
        BackwardLanes<V, TWrite>(x, dx, y, dy, 0, whole);
        BackwardLanes<F32x1, TWrite>(x, dx, y, dy, whole, pixel);
    }

    private static void BackwardLanes<V, TWrite>(Taps x, Taps dx, float* y, float* dy, int from, int to)
        where V : struct, IVector<V>
        where TWrite : struct, IWrite
    {
        V zero = V.Broadcast(0);
        for (nint i = from; i < to; i += V.Count)
        {
            V greatest = V.Load(y + i);
            V left = V.Load(dy + i);
            for (int row = 0; row < x.Rows; row++)
            {
                for (int column = 0; column < x.Columns; column++)
                {
                    V taken = V.SelectEqual(V.Load(x.At(row, column) + i), greatest, left, zero);
                    TWrite.To(dx.At(row, column) + i, taken);
                    left -= taken;
                }
            }
        }
    }
}
