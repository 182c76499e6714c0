using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>A part of an image, in pixels.</summary>
internal readonly record struct PixelWindow(int Top, int Left, int Height, int Width);

/// <summary>Two values that are interpolated: low + weight * (high - low).</summary>
/// <param name="Low">Where the first is.</param>
/// <param name="High">Where the second is.</param>
/// <param name="Weight">From 0 to less than 1.</param>
internal readonly record struct Tap(int Low, int High, float Weight);

/// <summary>
/// Resizes a window to the size of its image, bilinearly, pixel centres lying at halves. Since no window is larger than the image it is
/// only ever magnified; there the antialiasing filter of PyTorch's <c>interpolate(antialias=True)</c> is as wide as that of plain bilinear interpolation,
/// and the two are one.
/// </summary>
internal static unsafe class WindowMagnification
{
    /// <param name="x">The image.</param>
    /// <param name="y">Receives the magnified window; other memory than x.</param>
    /// <param name="grid">Of both.</param>
    /// <param name="window">A part of x of at least one pixel.</param>
    /// <param name="line">Room for a row.</param>
    /// <param name="taps">Room for one a column.</param>
    public static void Run<V>(float* x, float* y, PixelGrid grid, PixelWindow window, float* line, Span<Tap> taps)
        where V : struct, IVector<V>
    {
        for (int column = 0; column < grid.Width; column++)
        {
            taps[column] = TapOf(column, window.Width, grid.Width, grid.Step);
        }

        for (int plane = 0; plane < grid.Planes; plane++)
        {
            for (int row = 0; row < grid.Height; row++)
            {
                Tap rows = TapOf(row, window.Height, grid.Height, step: 1);
                float* low = grid.Row(x, plane, window.Top + rows.Low) + window.Left * grid.Step;
                float* high = grid.Row(x, plane, window.Top + rows.High) + window.Left * grid.Step;
                int length = window.Width * grid.Step;
                int whole = length - length % V.Count;
                BetweenRows<V>(low, high, line, 0, whole, rows.Weight);
                BetweenRows<F32x1>(low, high, line, whole, length, rows.Weight);
                BetweenColumns(line, grid.Row(y, plane, row), grid.Step, taps);
            }
        }
    }

    private static Tap TapOf(int position, int windowLength, int length, int step)
    {
        double center = (position + 0.5) * windowLength / length - 0.5;
        int low = (int)Math.Floor(center);
        int last = windowLength - 1;
        return new Tap(Math.Clamp(low, 0, last) * step, Math.Clamp(low + 1, 0, last) * step, (float)(center - low));
    }

    private static void BetweenRows<V>(float* low, float* high, float* line, int from, int to, float weight)
        where V : struct, IVector<V>
    {
        for (nint i = from; i < to; i += V.Count)
        {
            V first = V.Load(low + i);
            V.MultiplyAdd(V.Load(high + i) - first, V.Broadcast(weight), first).Store(line + i);
        }
    }

    private static void BetweenColumns(float* line, float* target, int step, ReadOnlySpan<Tap> taps)
    {
        foreach (Tap tap in taps)
        {
            for (int i = 0; i < step; i++)
            {
                float low = line[tap.Low + i];
                *target++ = MathF.FusedMultiplyAdd(line[tap.High + i] - low, tap.Weight, low);
            }
        }
    }
}
