using System.Diagnostics;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>
/// What becomes of the values of each channel of the input: (value - offset) * scale. Addresses of floats, one a channel; zero
/// addresses leave values as they are.
/// </summary>
internal readonly record struct InputScaling(nint Offset, nint Scale)
{
    public static InputScaling None => default;
}

/// <summary>
/// Copies between rows of pixels and planes of either layout: a batch into the network, and what a flatten does between an
/// image and a dense layer, forward (to rows) and backward (to planes).
/// </summary>
internal static unsafe class LayoutCopy
{
    /// <summary>From rows to planes. Lanes that hold no image become zero.</summary>
    public static void ToPlanes<V>(Layout layout, int channels, int images, PixelRows rows, Planes planes, InputScaling scaling)
        where V : struct, IVector<V>
    {
        Debug.Assert(planes.PixelLength == (layout == Layout.Channels ? channels : V.Count));
        Debug.Assert(scaling.Offset == 0 == (scaling.Scale == 0));
        int whole = WholeGroups<V>(layout, channels, images, rows, planes);
        for (int lanes = 0; lanes < whole; lanes++)
        {
            LaneCopy.ToPlanes<V>(rows, planes, channels, lanes, scaling);
        }

        Steps to = Steps.Of<V>(layout, planes);
        Steps from = new(rows.ColumnStep, rows.ChannelStep);
        int group = layout == Layout.Channels ? 1 : V.Count;

        // Row by row of a whole group, so that the lanes of a pixel are filled while it is in the cache.
        for (int first = whole * group; first < images; first += group)
        {
            for (int row = 0; row < planes.Height; row++)
            {
                for (int image = first; image < Math.Min(first + group, images); image++)
                {
                    float* source = rows.Row(image, row);
                    float* target = RowOf<V>(layout, channels, planes, image, row);
                    if (scaling == InputScaling.None)
                    {
                        Copy(source, from, target, to, planes.Width, channels);
                    }
                    else
                    {
                        CopyScaled<V>(source, from, target, to, planes.Width, channels, (float*)scaling.Offset, (float*)scaling.Scale);
                    }
                }
            }
        }

        if (layout == Layout.Images)
        {
            DeadLanes.Clear(planes, channels, images);
        }
    }

    /// <summary>From planes to rows, of which only those of images are written.</summary>
    public static void FromPlanes<V>(Layout layout, int channels, int images, Planes planes, PixelRows rows)
        where V : struct, IVector<V>
    {
        Debug.Assert(planes.PixelLength == (layout == Layout.Channels ? channels : V.Count));
        int whole = WholeGroups<V>(layout, channels, images, rows, planes);
        for (int lanes = 0; lanes < whole; lanes++)
        {
            LaneCopy.FromPlanes<V>(planes, channels, lanes, rows);
        }

        Steps from = Steps.Of<V>(layout, planes);
        Steps to = new(rows.ColumnStep, rows.ChannelStep);
        int group = layout == Layout.Channels ? 1 : V.Count;
        for (int first = whole * group; first < images; first += group)
        {
            for (int row = 0; row < planes.Height; row++)
            {
                for (int image = first; image < Math.Min(first + group, images); image++)
                {
                    float* source = RowOf<V>(layout, channels, planes, image, row);
                    Copy(source, from, rows.Row(image, row), to, planes.Width, channels);
                }
            }
        }
    }

    /// <summary>Groups of images in the lanes that are copied block by block.</summary>
    private static int WholeGroups<V>(Layout layout, int channels, int images, in PixelRows rows, in Planes planes)
        where V : struct, IVector<V> => layout == Layout.Images && LaneCopy.Fits<V>(rows, planes, channels) ? images / V.Count : 0;

    private static float* RowOf<V>(Layout layout, int channels, in Planes planes, int image, int row)
        where V : struct, IVector<V> =>
        layout == Layout.Channels ? planes.Row(image, row) : planes.Row(image / V.Count * channels, row) + image % V.Count;

    private static void Copy(float* source, Steps from, float* target, Steps to, int width, int channels)
    {
        if (from == to && to.Channel == 1 && to.Column == channels)
        {
            new Span<float>(source, width * channels).CopyTo(new Span<float>(target, width * channels));
        }
        else if (width > channels)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                CopyRun(source + channel * from.Channel, from.Column, target + channel * to.Channel, to.Column, width);
            }
        }
        else
        {
            for (int column = 0; column < width; column++)
            {
                CopyRun(source + column * from.Column, from.Channel, target + column * to.Column, to.Channel, channels);
            }
        }
    }

    private static void CopyRun(float* source, nint from, float* target, nint to, int count)
    {
        for (int i = 0; i < count; i++)
        {
            *target = *source;
            source += from;
            target += to;
        }
    }

    private static void CopyScaled<V>(
        float* source,
        Steps from,
        float* target,
        Steps to,
        int width,
        int channels,
        float* offsets,
        float* scales
    )
        where V : struct, IVector<V>
    {
        for (int channel = 0; channel < channels; channel++)
        {
            float* value = source + channel * from.Channel;
            float* result = target + channel * to.Channel;
            float offset = offsets[channel];
            float scale = scales[channel];
            int column = 0;
            for (; from.Column == 1 && to.Column == 1 && column <= width - V.Count; column += V.Count)
            {
                ((V.Load(value) - V.Broadcast(offset)) * V.Broadcast(scale)).Store(result);
                value += V.Count;
                result += V.Count;
            }

            for (; column < width; column++)
            {
                *result = (*value - offset) * scale;
                value += from.Column;
                result += to.Column;
            }
        }
    }

    /// <summary>Floats from a pixel of an image to the next, and from one of its channels to the next.</summary>
    private readonly record struct Steps(nint Column, nint Channel)
    {
        public static Steps Of<V>(Layout layout, in Planes planes)
            where V : struct, IVector<V> => layout == Layout.Channels ? new(planes.PixelLength, 1) : new(V.Count, planes.PlanePitch);
    }
}
