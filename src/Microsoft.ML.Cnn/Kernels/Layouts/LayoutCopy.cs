using System.Diagnostics;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>Values taken from each channel of the input: (value - offset) * scale. Null pointers leave values as they are.</summary>
internal readonly unsafe record struct InputScaling(nint Offset, nint Scale)
{
    public static InputScaling None => default;

    public float OffsetOf(int channel) => Offset == 0 ? 0 : ((float*)Offset)[channel];

    public float ScaleOf(int channel) => Scale == 0 ? 1 : ((float*)Scale)[channel];
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
        if (layout == Layout.Images)
        {
            Debug.Assert(planes.PixelLength == V.Count && planes.Count == (images + V.Count - 1) / V.Count * channels);
            ToLanes<V>(channels, images, rows, planes, scaling);
            return;
        }

        Debug.Assert(planes.PixelLength == channels && planes.Count == images);
        bool asTheyAre = scaling == InputScaling.None && rows.ChannelStep == 1 && rows.ColumnStep == channels;
        for (int image = 0; image < images; image++)
        {
            for (int row = 0; row < planes.Height; row++)
            {
                float* target = planes.Row(image, row);
                if (asTheyAre)
                {
                    new Span<float>(rows.At(image, row, 0), planes.RowLength).CopyTo(new Span<float>(target, planes.RowLength));
                    continue;
                }

                for (int channel = 0; channel < channels; channel++)
                {
                    CopyScaled(
                        rows.At(image, row, channel),
                        rows.ColumnStep,
                        target + channel,
                        channels,
                        planes.Width,
                        scaling.OffsetOf(channel),
                        scaling.ScaleOf(channel)
                    );
                }
            }
        }
    }

    /// <summary>From planes to rows, of which only those of images are written.</summary>
    public static void FromPlanes<V>(Layout layout, int channels, int images, Planes planes, PixelRows rows)
        where V : struct, IVector<V>
    {
        bool asTheyAre = layout == Layout.Channels && rows.ChannelStep == 1 && rows.ColumnStep == channels;
        for (int image = 0; image < images; image++)
        {
            for (int row = 0; row < planes.Height; row++)
            {
                if (asTheyAre)
                {
                    float* whole = planes.Row(image, row);
                    new Span<float>(whole, planes.RowLength).CopyTo(new Span<float>(rows.At(image, row, 0), planes.RowLength));
                    continue;
                }

                for (int channel = 0; channel < channels; channel++)
                {
                    float* source =
                        layout == Layout.Channels
                            ? planes.Row(image, row) + channel
                            : planes.Row(image / V.Count * channels + channel, row) + image % V.Count;
                    Copy(source, planes.PixelLength, rows.At(image, row, channel), rows.ColumnStep, planes.Width);
                }
            }
        }
    }

    private static void ToLanes<V>(int channels, int images, PixelRows rows, Planes planes, InputScaling scaling)
        where V : struct, IVector<V>
    {
        for (int plane = 0; plane < planes.Count; plane++)
        {
            int channel = plane % channels;
            int firstImage = plane / channels * V.Count;
            int live = Math.Min(V.Count, images - firstImage);
            float offset = scaling.OffsetOf(channel);
            float scale = scaling.ScaleOf(channel);
            for (int row = 0; row < planes.Height; row++)
            {
                float* target = planes.Row(plane, row);
                for (int lane = 0; lane < live; lane++)
                {
                    float* source = rows.At(firstImage + lane, row, channel);
                    CopyScaled(source, rows.ColumnStep, target + lane, V.Count, planes.Width, offset, scale);
                }
            }
        }

        DeadLanes.Clear(planes, channels, images);
    }

    private static void CopyScaled(float* from, nint fromStep, float* to, nint toStep, int count, float offset, float scale)
    {
        for (int i = 0; i < count; i++)
        {
            *to = (*from - offset) * scale;
            from += fromStep;
            to += toStep;
        }
    }

    private static void Copy(float* from, nint fromStep, float* to, nint toStep, int count)
    {
        for (int i = 0; i < count; i++)
        {
            *to = *from;
            from += fromStep;
            to += toStep;
        }
    }
}
