using System.Diagnostics;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>Values of each channel that a <see cref="IChannelMap"/> or <see cref="IChannelTerm"/> works with; those it does not use may be null.</summary>
internal readonly unsafe struct ChannelTerms
{
    public float* Center { get; init; }

    public float* Scale { get; init; }

    public float* Slope { get; init; }

    public float* Shift { get; init; }

    /// <summary>Added behind <see cref="Scale"/> where <see cref="Shift"/> is another term.</summary>
    public float* Bias { get; init; }
}

/// <summary>A function of one or two elements and of the terms of their channel.</summary>
internal unsafe interface IChannelMap
{
    static abstract V Apply<V, TLanes>(float* a, float* b, in ChannelTerms terms, nint channel)
        where V : struct, IVector<V>
        where TLanes : struct, IChannelLanes;
}

/// <summary>Computes <c>y = f(a, b, terms of the channel)</c> over planes of either layout. y may take the place of a or b.</summary>
internal static unsafe class ChannelMap
{
    public static void Run<V, TMap>(Layout layout, int channels, Planes a, Planes b, Planes y, in ChannelTerms terms)
        where V : struct, IVector<V>
        where TMap : struct, IChannelMap
    {
        Debug.Assert(Rows.SameSize(a, b) && Rows.SameSize(a, y));
        Debug.Assert(a.PixelLength == (layout == Layout.Channels ? channels : V.Count));
        for (int plane = 0; plane < y.Count; plane++)
        {
            for (int row = 0; row < y.Height; row++)
            {
                float* first = a.Row(plane, row);
                float* second = b.Row(plane, row);
                float* target = y.Row(plane, row);
                if (layout == Layout.Channels)
                {
                    MapPixels<V, TMap>(channels, y.Width, first, second, target, terms);
                }
                else
                {
                    MapRow<V, TMap>(plane % channels, y.RowLength, first, second, target, terms);
                }
            }
        }
    }

    private static void MapPixels<V, TMap>(int channels, int width, float* a, float* b, float* y, in ChannelTerms terms)
        where V : struct, IVector<V>
        where TMap : struct, IChannelMap
    {
        int whole = channels - channels % V.Count;
        MapPixels<V, TMap>(0, whole, channels, width, a, b, y, terms);
        if (whole < channels)
        {
            MapPixels<F32x1, TMap>(whole, channels, channels, width, a, b, y, terms);
        }
    }

    private static void MapPixels<V, TMap>(int from, int to, int channels, int width, float* a, float* b, float* y, in ChannelTerms terms)
        where V : struct, IVector<V>
        where TMap : struct, IChannelMap
    {
        for (int column = 0; column < width; column++)
        {
            for (nint c = from; c < to; c += V.Count)
            {
                TMap.Apply<V, ChannelsInLanes>(a + c, b + c, terms, c).Store(y + c);
            }

            a += channels;
            b += channels;
            y += channels;
        }
    }

    private static void MapRow<V, TMap>(int channel, int length, float* a, float* b, float* y, in ChannelTerms terms)
        where V : struct, IVector<V>
        where TMap : struct, IChannelMap
    {
        for (nint i = 0; i < length; i += V.Count)
        {
            TMap.Apply<V, ImagesInLanes>(a + i, b + i, terms, channel).Store(y + i);
        }
    }
}
