using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>What is done to the colours of an image, in place.</summary>
internal static unsafe class ColorKernels
{
    // torchvision's rgb_to_grayscale.
    private const float Red = 0.2989f;
    private const float Green = 0.587f;
    private const float Blue = 0.114f;

    private static ReadOnlySpan<float> GrayWeights => [Red, Green, Blue];

    private static ReadOnlySpan<float> OneWeight => [1];

    /// <summary>x = clamp(factor * x + addend, 0, maximum), for all values.</summary>
    public static void Blend<V>(float* image, PixelGrid grid, float factor, float addend, float maximum)
        where V : struct, IVector<V>
    {
        int whole = grid.Length - grid.Length % V.Count;
        BlendRange<V>(image, 0, whole, factor, addend, maximum);
        BlendRange<F32x1>(image, whole, grid.Length, factor, addend, maximum);
    }

    /// <summary>The mean of the image's gray values; of its values, where there is one channel.</summary>
    /// <param name="image">Of one or three channels.</param>
    /// <param name="grid">Of the image.</param>
    /// <param name="line">Room for a row.</param>
    public static double MeanGray<V>(float* image, PixelGrid grid, float* line)
        where V : struct, IVector<V>
    {
        Debug.Assert(grid.Channels is 1 or 3);
        int whole = grid.RowLength - grid.RowLength % V.Count;
        double sum = 0;
        for (int plane = 0; plane < grid.Planes; plane++)
        {
            grid.FillRow(line, plane, grid.Channels == 3 ? GrayWeights : OneWeight);
            for (int row = 0; row < grid.Height; row++)
            {
                float* values = grid.Row(image, plane, row);
                sum += Dot<V>(values, line, 0, whole) + Dot<F32x1>(values, line, whole, grid.RowLength);
            }
        }

        return sum / (grid.Height * grid.Width);
    }

    /// <summary>x = clamp(factor * x + (1 - factor) * gray, 0, maximum), gray being that of the pixel.</summary>
    /// <param name="image">Of three channels: red, green and blue, or in that order whatever is weighted as they are.</param>
    /// <param name="grid">Of the image.</param>
    /// <param name="factor">At least 0.</param>
    /// <param name="maximum">What values are clamped to.</param>
    public static void Saturate<V>(float* image, PixelGrid grid, float factor, float maximum)
        where V : struct, IVector<V>
    {
        Debug.Assert(grid.Channels == 3);
        float* red = image + grid.Offset(0);
        float* green = image + grid.Offset(1);
        float* blue = image + grid.Offset(2);
        int pixels = grid.Height * grid.Width;

        // Only planes hold neighbouring pixels of a channel side by side.
        int whole = grid.Step == 1 ? pixels - pixels % V.Count : 0;
        SaturatePixels<V>(red, green, blue, 0, whole, grid.Step, factor, maximum);
        SaturatePixels<F32x1>(red, green, blue, whole, pixels, grid.Step, factor, maximum);
    }

    /// <summary>Adds a number a channel to all pixels.</summary>
    /// <param name="image">The image.</param>
    /// <param name="grid">Of the image.</param>
    /// <param name="addends">One a channel.</param>
    /// <param name="line">Room for a row.</param>
    public static void Add<V>(float* image, PixelGrid grid, ReadOnlySpan<float> addends, float* line)
        where V : struct, IVector<V>
    {
        for (int plane = 0; plane < grid.Planes; plane++)
        {
            grid.FillRow(line, plane, addends);
            for (int row = 0; row < grid.Height; row++)
            {
                ScaledSum.AddTo<V>(line, 1, grid.Row(image, plane, row), grid.RowLength);
            }
        }
    }

    /// <summary>Sets all pixels of a window.</summary>
    /// <param name="image">The image.</param>
    /// <param name="grid">Of the image.</param>
    /// <param name="window">A part of it.</param>
    /// <param name="values">One a channel.</param>
    /// <param name="line">Room for a row.</param>
    public static void Fill(float* image, PixelGrid grid, PixelWindow window, ReadOnlySpan<float> values, float* line)
    {
        for (int plane = 0; plane < grid.Planes; plane++)
        {
            grid.FillRow(line, plane, values);
            for (int row = window.Top; row < window.Top + window.Height; row++)
            {
                int length = window.Width * grid.Step;
                new ReadOnlySpan<float>(line, length).CopyTo(
                    new Span<float>(grid.Row(image, plane, row) + window.Left * grid.Step, length)
                );
            }
        }
    }

    private static void BlendRange<V>(float* x, int from, int to, float factor, float addend, float maximum)
        where V : struct, IVector<V>
    {
        for (nint i = from; i < to; i += V.Count)
        {
            Clamp(V.MultiplyAdd(V.Load(x + i), V.Broadcast(factor), V.Broadcast(addend)), V.Broadcast(maximum)).Store(x + i);
        }
    }

    private static float Dot<V>(float* x, float* y, int from, int to)
        where V : struct, IVector<V>
    {
        V sum = V.Broadcast(0);
        for (nint i = from; i < to; i += V.Count)
        {
            sum = V.MultiplyAdd(V.Load(x + i), V.Load(y + i), sum);
        }

        return V.Sum(sum);
    }

    private static void SaturatePixels<V>(float* red, float* green, float* blue, int from, int to, int step, float factor, float maximum)
        where V : struct, IVector<V>
    {
        V scale = V.Broadcast(factor);
        V most = V.Broadcast(maximum);
        for (int pixel = from; pixel < to; pixel += V.Count)
        {
            nint i = (nint)pixel * step;
            V r = V.Load(red + i);
            V g = V.Load(green + i);
            V b = V.Load(blue + i);
            V gray = V.MultiplyAdd(r, V.Broadcast(Red), V.MultiplyAdd(g, V.Broadcast(Green), b * V.Broadcast(Blue)));
            V rest = gray * V.Broadcast(1 - factor);
            Clamp(V.MultiplyAdd(r, scale, rest), most).Store(red + i);
            Clamp(V.MultiplyAdd(g, scale, rest), most).Store(green + i);
            Clamp(V.MultiplyAdd(b, scale, rest), most).Store(blue + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Clamp<V>(V value, V maximum)
        where V : struct, IVector<V> => V.Min(V.Max(value, V.Broadcast(0)), maximum);
}
