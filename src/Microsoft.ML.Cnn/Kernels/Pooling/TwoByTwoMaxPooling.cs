using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>Max pooling by windows of 2 x 2 side by side, without padding: what most networks do, with nothing left to decide.</summary>
internal static unsafe class TwoByTwoMaxPooling
{
    public static bool Fits(in WindowGeometry window) => Fits(window.Rows) && Fits(window.Columns);

    /// <summary>One row of results.</summary>
    public static void Forward<V>(in Planes x, in Planes y, int plane, int row, float floor)
        where V : struct, IVector<V>
    {
        int pixel = y.PixelLength;
        int whole = pixel - pixel % V.Count;
        float* upper = x.Row(plane, 2 * row);
        float* lower = x.Row(plane, 2 * row + 1);
        float* result = y.Row(plane, row);
        if (whole > 0)
        {
            Forward<V>(upper, lower, result, y.Width, pixel, 0, whole, floor);
        }

        if (whole < pixel)
        {
            int quads = pixel - pixel % F32x4.Count;
            Forward<F32x4>(upper, lower, result, y.Width, pixel, whole, quads, floor);
            if (quads > 0 && quads < pixel)
            {
                // The last four overlap with those before them: a maximum is the same twice.
                Forward<F32x4>(upper, lower, result, y.Width, pixel, pixel - F32x4.Count, pixel, floor);
            }
            else
            {
                Forward<F32x1>(upper, lower, result, y.Width, pixel, quads, pixel, floor);
            }
        }
    }

    /// <summary>Two rows of the input's gradient, from one row of results.</summary>
    public static void Backward<V>(in Planes x, in Planes y, in Planes dy, in Planes dx, int plane, int row, float floor)
        where V : struct, IVector<V>
    {
        int pixel = y.PixelLength;
        int whole = pixel - pixel % V.Count;
        float* upper = x.Row(plane, 2 * row);
        float* lower = x.Row(plane, 2 * row + 1);
        float* upperGradient = dx.Row(plane, 2 * row);
        float* lowerGradient = dx.Row(plane, 2 * row + 1);
        float* result = y.Row(plane, row);
        float* gradient = dy.Row(plane, row);
        Backward<V>(upper, lower, result, gradient, upperGradient, lowerGradient, y.Width, pixel, 0, whole, floor);
        if (whole < pixel)
        {
            Backward<F32x1>(upper, lower, result, gradient, upperGradient, lowerGradient, y.Width, pixel, whole, pixel, floor);
        }
    }

    private static bool Fits(in Extent extent) =>
        extent is { Kernel: 2, Stride: 2, Dilation: 1, Before: 0 } && 2 * extent.Output <= extent.Input;

    // AggressiveOptimization: compiled once and fully, without a slow first tier in the middle of a training.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Forward<V>(float* upper, float* lower, float* y, int width, nint pixel, int from, int to, float floor)
        where V : struct, IVector<V>
    {
        for (int column = 0; column < width; column++)
        {
            for (nint i = from; i < to; i += V.Count)
            {
                V above = MaxPooling.Greater(V.Load(upper + i), V.Load(upper + pixel + i));
                V below = MaxPooling.Greater(V.Load(lower + i), V.Load(lower + pixel + i));
                V.Max(V.Broadcast(floor), MaxPooling.Greater(above, below)).Store(y + i);
            }

            upper += 2 * pixel;
            lower += 2 * pixel;
            y += pixel;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward<V>(
        float* upper,
        float* lower,
        float* y,
        float* dy,
        float* upperGradient,
        float* lowerGradient,
        int width,
        nint pixel,
        int from,
        int to,
        float floor
    )
        where V : struct, IVector<V>
    {
        for (int column = 0; column < width; column++)
        {
            for (nint i = from; i < to; i += V.Count)
            {
                V greatest = V.Load(y + i);
                V left = V.SelectGreater(greatest, V.Broadcast(floor), V.Load(dy + i), V.Broadcast(0));
                left = MaxPooling.Give<V, Overwrite>(upper + i, greatest, left, upperGradient + i);
                left = MaxPooling.Give<V, Overwrite>(upper + pixel + i, greatest, left, upperGradient + pixel + i);
                left = MaxPooling.Give<V, Overwrite>(lower + i, greatest, left, lowerGradient + i);
                MaxPooling.Give<V, Overwrite>(lower + pixel + i, greatest, left, lowerGradient + pixel + i);
            }

            upper += 2 * pixel;
            lower += 2 * pixel;
            upperGradient += 2 * pixel;
            lowerGradient += 2 * pixel;
            y += pixel;
            dy += pixel;
        }
    }
}
