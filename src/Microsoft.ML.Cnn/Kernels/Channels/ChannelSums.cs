using System.Diagnostics;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>What a <see cref="ChannelSums"/> adds up: two terms of one or two elements and the terms of their channel.</summary>
internal unsafe interface IChannelTerm
{
    static abstract void Add<V, TLanes>(ref V first, ref V second, float* a, float* b, in ChannelTerms terms, nint channel)
        where V : struct, IVector<V>
        where TLanes : struct, IChannelLanes;
}

/// <summary>
/// Adds up two terms for each channel over the pixels of planes. A row (with images in the lanes: a plane) is added in single
/// precision, rows in double and always in the same order. Lanes without an image do not enter.
/// </summary>
internal static unsafe class ChannelSums
{
    // Of the widest vector.
    private const int MaxLanes = 16;

    /// <summary>
    /// first[channel] += ..., second[channel] += ...; <paramref name="images"/> tells which lanes of the last group hold one.
    /// </summary>
    public static void Add<V, TTerm>(
        Layout layout,
        int channels,
        int images,
        Planes a,
        Planes b,
        in ChannelTerms terms,
        double* first,
        double* second
    )
        where V : struct, IVector<V>
        where TTerm : struct, IChannelTerm
    {
        Debug.Assert(Rows.SameSize(a, b) && a.PixelLength == (layout == Layout.Channels ? channels : V.Count));
        if (layout == Layout.Channels)
        {
            Rows.Join(ref a, ref b);
        }

        for (int plane = 0; plane < a.Count; plane++)
        {
            if (layout == Layout.Images)
            {
                int channel = plane % channels;
                int live = Math.Min(V.Count, images - plane / channels * V.Count);
                AddPlane<V, TTerm>(channel, live, a, b, plane, terms, first, second);
                continue;
            }

            for (int row = 0; row < a.Height; row++)
            {
                AddRow<V, TTerm>(channels, a.Width, a.Row(plane, row), b.Row(plane, row), terms, first, second);
            }
        }
    }

    private static void AddRow<V, TTerm>(int channels, int width, float* a, float* b, in ChannelTerms terms, double* first, double* second)
        where V : struct, IVector<V>
        where TTerm : struct, IChannelTerm
    {
        // Rows without a gap come as one: not so long that single precision would show.
        const int Longest = 64;
        int whole = channels - channels % V.Count;
        for (int column = 0; column < width; column += Longest)
        {
            int pixels = Math.Min(Longest, width - column);
            float* nextA = a + (nint)column * channels;
            float* nextB = b + (nint)column * channels;
            AddPixels<V, TTerm>(0, whole, pixels, channels, nextA, nextB, terms, first, second);
            AddPixels<F32x1, TTerm>(whole, channels, pixels, channels, nextA, nextB, terms, first, second);
        }
    }

    private static void AddPixels<V, TTerm>(
        int from,
        int to,
        int pixels,
        nint channels,
        float* a,
        float* b,
        in ChannelTerms terms,
        double* first,
        double* second
    )
        where V : struct, IVector<V>
        where TTerm : struct, IChannelTerm
    {
        float* lanes = stackalloc float[2 * MaxLanes];
        for (nint c = from; c < to; c += V.Count)
        {
            V sum = V.Broadcast(0);
            V sum2 = V.Broadcast(0);
            for (nint at = c; at < pixels * channels; at += channels)
            {
                TTerm.Add<V, ChannelsInLanes>(ref sum, ref sum2, a + at, b + at, terms, c);
            }

            sum.Store(lanes);
            sum2.Store(lanes + MaxLanes);
            for (int lane = 0; lane < V.Count; lane++)
            {
                first[c + lane] += lanes[lane];
                second[c + lane] += lanes[MaxLanes + lane];
            }
        }
    }

    private static void AddPlane<V, TTerm>(
        int channel,
        int live,
        in Planes a,
        in Planes b,
        int plane,
        in ChannelTerms terms,
        double* first,
        double* second
    )
        where V : struct, IVector<V>
        where TTerm : struct, IChannelTerm
    {
        V sum = V.Broadcast(0);
        V sum2 = V.Broadcast(0);
        for (int row = 0; row < a.Height; row++)
        {
            float* rowA = a.Row(plane, row);
            float* rowB = b.Row(plane, row);
            V rowSum = V.Broadcast(0);
            V rowSum2 = V.Broadcast(0);
            for (nint i = 0; i < a.RowLength; i += V.Count)
            {
                TTerm.Add<V, ImagesInLanes>(ref rowSum, ref rowSum2, rowA + i, rowB + i, terms, channel);
            }

            sum += rowSum;
            sum2 += rowSum2;
        }

        float* lanes = stackalloc float[2 * MaxLanes];
        sum.Store(lanes);
        sum2.Store(lanes + MaxLanes);
        for (int lane = 0; lane < live; lane++)
        {
            first[channel] += lanes[lane];
            second[channel] += lanes[MaxLanes + lane];
        }
    }
}
