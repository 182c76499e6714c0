using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>
/// The greatest pixel of each window, lane by lane; NaN if one of them is. Windows are clipped to the image: padding never wins, and the halo is
/// not read.
/// </summary>
internal static unsafe class MaxPooling
{
    /// <param name="floor">0 for a ReLU on the way out, else negative infinity.</param>
    public static void Forward<V>(Planes x, Planes y, in WindowGeometry window, float floor)
        where V : struct, IVector<V>
    {
        Debug.Assert(
            x.Count == y.Count && x.PixelLength == y.PixelLength && y.Height == window.Rows.Output && y.Width == window.Columns.Output
        );
        bool twoByTwo = TwoByTwoMaxPooling.Fits(window);
        for (int plane = 0; plane < y.Count; plane++)
        {
            for (int row = 0; row < y.Height; row++)
            {
                if (twoByTwo)
                {
                    TwoByTwoMaxPooling.Forward<V>(x, y, plane, row, floor);
                    continue;
                }

                Interval rows = Interval.TapsInside(window.Rows, row);
                for (int column = 0; column < y.Width; column++)
                {
                    ForwardWindow<V>(Taps.Of(x, plane, row, column, rows, window), y.Pixel(plane, row, column), y.PixelLength, floor);
                }
            }
        }
    }

    /// <summary>
    /// The gradient goes to the first pixel of a window, row by row, that equals the greatest: which one that was is found
    /// again rather than stored. All of <paramref name="dx"/> is written. A result at the floor has no gradient.
    /// </summary>
    public static void Backward<V>(Planes x, Planes y, Planes dy, Planes dx, in WindowGeometry window, float floor)
        where V : struct, IVector<V>
    {
        Debug.Assert(Rows.SameSize(y, dy) && Rows.SameSize(x, dx));
        bool twoByTwo = TwoByTwoMaxPooling.Fits(window);
        bool apart = window.Rows.Span <= window.Rows.Stride && window.Columns.Span <= window.Columns.Stride;
        for (int plane = 0; plane < y.Count; plane++)
        {
            if (!(apart && CoversAll(window.Rows) && CoversAll(window.Columns)))
            {
                PlaneFill.Zero(dx, plane);
            }

            for (int row = 0; row < y.Height; row++)
            {
                if (twoByTwo)
                {
                    TwoByTwoMaxPooling.Backward<V>(x, y, dy, dx, plane, row, floor);
                    continue;
                }

                Interval rows = Interval.TapsInside(window.Rows, row);
                for (int column = 0; column < y.Width; column++)
                {
                    Taps source = Taps.Of(x, plane, row, column, rows, window);
                    Taps target = Taps.Of(dx, plane, row, column, rows, window);
                    float* result = y.Pixel(plane, row, column);
                    float* gradient = dy.Pixel(plane, row, column);
                    if (apart)
                    {
                        BackwardWindow<V, Overwrite>(source, target, result, gradient, y.PixelLength, floor);
                    }
                    else
                    {
                        BackwardWindow<V, Accumulate>(source, target, result, gradient, y.PixelLength, floor);
                    }
                }
            }
        }
    }

    /// <summary>The greater of two, NaN if one is. A plain maximum keeps the NaN of its second operand only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Greater<V>(V left, V right)
        where V : struct, IVector<V> => V.SelectEqual(left, left, V.Max(left, right), left);

    /// <summary>Gives a pixel what is left of the gradient where it is the greatest; returns what is left then.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Give<V, TWrite>(float* x, V greatest, V left, float* dx)
        where V : struct, IVector<V>
        where TWrite : struct, IWrite
    {
        V taken = V.SelectEqual(V.Load(x), greatest, left, V.Broadcast(0));
        TWrite.To(dx, taken);
        return left - taken;
    }

    // Windows that lie side by side without a gap, from the first pixel to the last.
    private static bool CoversAll(in Extent extent) =>
        (extent.Kernel == extent.Stride && extent.Dilation == 1 || extent.Kernel == 1 && extent.Stride == 1)
        && extent.Output * extent.Stride - extent.Before >= extent.Input;

    private static void ForwardWindow<V>(Taps x, float* y, int pixel, float floor)
        where V : struct, IVector<V>
    {
        int whole = pixel - pixel % V.Count;
        ForwardLanes<V>(x, y, 0, whole, floor);
        if (whole < pixel)
        {
            ForwardLanes<F32x1>(x, y, whole, pixel, floor);
        }
    }

    // AggressiveOptimization: compiled once and fully, without a slow first tier in the middle of a training.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ForwardLanes<V>(Taps x, float* y, int from, int to, float floor)
        where V : struct, IVector<V>
    {
        for (nint i = from; i < to; i += V.Count)
        {
            V greatest = V.Load(x.At(0, 0) + i);
            for (int row = 0; row < x.Rows; row++)
            {
                for (int column = 0; column < x.Columns; column++)
                {
                    greatest = Greater(greatest, V.Load(x.At(row, column) + i));
                }
            }

            V.Max(V.Broadcast(floor), greatest).Store(y + i);
        }
    }

    private static void BackwardWindow<V, TWrite>(Taps x, Taps dx, float* y, float* dy, int pixel, float floor)
        where V : struct, IVector<V>
        where TWrite : struct, IWrite
    {
        int whole = pixel - pixel % V.Count;
        BackwardLanes<V, TWrite>(x, dx, y, dy, 0, whole, floor);
        if (whole < pixel)
        {
            BackwardLanes<F32x1, TWrite>(x, dx, y, dy, whole, pixel, floor);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BackwardLanes<V, TWrite>(Taps x, Taps dx, float* y, float* dy, int from, int to, float floor)
        where V : struct, IVector<V>
        where TWrite : struct, IWrite
    {
        for (nint i = from; i < to; i += V.Count)
        {
            V greatest = V.Load(y + i);
            V left = V.SelectGreater(greatest, V.Broadcast(floor), V.Load(dy + i), V.Broadcast(0));
            for (int row = 0; row < x.Rows; row++)
            {
                for (int column = 0; column < x.Columns; column++)
                {
                    left = Give<V, TWrite>(x.At(row, column) + i, greatest, left, dx.At(row, column) + i);
                }
            }
        }
    }
}
