using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>
/// Copies between rows of pixels and images in the lanes, whole groups of images: a group's rows are a matrix [image, value], cut into square
/// blocks of values that are transposed in registers. The last block begins early enough to be whole.
/// </summary>
internal static unsafe class LaneCopy
{
    /// <summary>Whether the values of an image follow each other without a gap and fill a block.</summary>
    public static bool Fits<V>(in PixelRows rows, in Planes planes, int channels)
        where V : struct, IVector<V> =>
        (IsInterleaved(rows, planes, channels) || IsPlanar(rows, planes)) && ValuesOf(planes, channels) >= V.Count;

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToPlanes<V>(in PixelRows rows, in Planes planes, int channels, int group, InputScaling scaling)
        where V : struct, IVector<V>
    {
        float* room = stackalloc float[V.Count * V.Count + AlignedBuffer.Line];
        float* block = AlignedBuffer.Align(room);
        float* offsets = (float*)scaling.Offset;
        float* scales = (float*)scaling.Scale;
        int values = ValuesOf(planes, channels);
        for (int begin = 0; begin < values; begin += V.Count)
        {
            int first = Math.Min(begin, values - V.Count);
            Transposition.Block<V>(rows.Row(group * V.Count, 0) + first, rows.ImagePitch, block, V.Count);
            Walk at = new(first, IsInterleaved(rows, planes, channels), planes, channels, group);
            for (int i = 0; i < V.Count; i++, at.Next())
            {
                V value = V.Load(block + i * V.Count);
                if (offsets != null)
                {
                    value = (value - V.Broadcast(offsets[at.Channel])) * V.Broadcast(scales[at.Channel]);
                }

                value.Store(at.Pixel);
            }
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FromPlanes<V>(in Planes planes, int channels, int group, in PixelRows rows)
        where V : struct, IVector<V>
    {
        float* room = stackalloc float[V.Count * V.Count + AlignedBuffer.Line];
        float* block = AlignedBuffer.Align(room);
        int values = ValuesOf(planes, channels);
        for (int begin = 0; begin < values; begin += V.Count)
        {
            int first = Math.Min(begin, values - V.Count);
            Walk at = new(first, IsInterleaved(rows, planes, channels), planes, channels, group);
            for (int i = 0; i < V.Count; i++, at.Next())
            {
                V.Load(at.Pixel).Store(block + i * V.Count);
            }

            Transposition.Block<V>(block, V.Count, rows.Row(group * V.Count, 0) + first, rows.ImagePitch);
        }
    }

    private static int ValuesOf(in Planes planes, int channels) => planes.Height * planes.Width * channels;

    private static bool IsInterleaved(in PixelRows rows, in Planes planes, int channels) =>
        rows.ChannelStep == 1 && rows.ColumnStep == channels && rows.RowStep == (nint)planes.Width * channels;

    private static bool IsPlanar(in PixelRows rows, in Planes planes) =>
        rows.ColumnStep == 1 && rows.RowStep == planes.Width && rows.ChannelStep == (nint)planes.Height * planes.Width;

    /// <summary>Passes over a group's pixels in the order of the values of a row.</summary>
    private struct Walk
    {
        private readonly Planes planes;
        private readonly bool interleaved;
        private readonly int channels;
        private readonly int firstPlane;
        private int row;
        private int column;

        public Walk(int value, bool interleaved, in Planes planes, int channels, int group)
        {
            (this.planes, this.interleaved, this.channels, firstPlane) = (planes, interleaved, channels, group * channels);
            if (interleaved)
            {
                (int pixel, Channel) = Math.DivRem(value, channels);
                (row, column) = Math.DivRem(pixel, planes.Width);
            }
            else
            {
                (int line, column) = Math.DivRem(value, planes.Width);
                (Channel, row) = Math.DivRem(line, planes.Height);
            }
        }

        public int Channel { get; private set; }

        public readonly float* Pixel => planes.Pixel(firstPlane + Channel, row, column);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Next()
        {
            if (interleaved)
            {
                if (++Channel == channels)
                {
                    Channel = 0;
                    if (++column == planes.Width)
                    {
                        (column, row) = (0, row + 1);
                    }
                }
            }
            else if (++column == planes.Width)
            {
                column = 0;
                if (++row == planes.Height)
                {
                    (row, Channel) = (0, Channel + 1);
                }
            }
        }
    }
}
