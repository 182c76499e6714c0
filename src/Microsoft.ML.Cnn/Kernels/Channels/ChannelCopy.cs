using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>Copies neighbouring channels of each pixel, with channels in the lanes.</summary>
internal static unsafe class ChannelCopy
{
    /// <param name="x">From here.</param>
    /// <param name="xChannel">The first channel to read.</param>
    /// <param name="y">To here; other channels stay as they are.</param>
    /// <param name="yChannel">The first channel to write.</param>
    /// <param name="channels">How many.</param>
    public static void Run(Planes x, int xChannel, Planes y, int yChannel, int channels)
    {
        Debug.Assert(x.Count == y.Count && x.Height == y.Height && x.Width == y.Width);
        Debug.Assert(xChannel + channels <= x.PixelLength && yChannel + channels <= y.PixelLength);

        // Whole pixels of a row lie side by side.
        bool isWhole = channels == x.PixelLength && channels == y.PixelLength;
        (int runs, int length) = isWhole ? (1, y.RowLength) : (y.Width, channels);
        for (int plane = 0; plane < y.Count; plane++)
        {
            for (int row = 0; row < y.Height; row++)
            {
                float* source = x.Row(plane, row) + xChannel;
                float* target = y.Row(plane, row) + yChannel;
                for (int run = 0; run < runs; run++)
                {
                    Unsafe.CopyBlockUnaligned(target, source, (uint)length * sizeof(float));
                    source += x.PixelLength;
                    target += y.PixelLength;
                }
            }
        }
    }
}
