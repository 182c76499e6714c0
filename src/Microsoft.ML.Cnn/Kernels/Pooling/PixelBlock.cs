using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>A rectangle of pixels that an average is taken of.</summary>
/// <param name="First">Address of the first pixel.</param>
/// <param name="Rows">Rows of pixels.</param>
/// <param name="Columns">Pixels of a row.</param>
/// <param name="RowPitch">Floats from a row to the next.</param>
/// <param name="PixelLength">Floats of a pixel.</param>
internal readonly unsafe record struct PixelBlock(nint First, int Rows, int Columns, nint RowPitch, int PixelLength)
{
    public static PixelBlock Of(in Planes image, int plane, Interval rows, Interval columns) =>
        new((nint)image.Pixel(plane, rows.First, columns.First), rows.Length, columns.Length, image.RowPitch, image.PixelLength);

    /// <summary>y = the sum of the pixels, times <paramref name="scale"/>.</summary>
    public void Average<V>(float* y, float scale)
        where V : struct, IVector<V>
    {
        int whole = PixelLength - PixelLength % V.Count;
        Average<V>(y, scale, 0, whole);
        if (whole < PixelLength)
        {
            Average<F32x1>(y, scale, whole, PixelLength);
        }
    }

    /// <summary>Each pixel += dy * <paramref name="scale"/>.</summary>
    public void Spread<V>(float* dy, float scale)
        where V : struct, IVector<V>
    {
        int whole = PixelLength - PixelLength % V.Count;
        Spread<V>(dy, scale, 0, whole);
        if (whole < PixelLength)
        {
            Spread<F32x1>(dy, scale, whole, PixelLength);
        }
    }

    private void Average<V>(float* y, float scale, int from, int to)
        where V : struct, IVector<V>
    {
        for (nint i = from; i < to; i += V.Count)
        {
            V sum = V.Broadcast(0);
            for (int row = 0; row < Rows; row++)
            {
                // A sum for each row keeps the average of a large image accurate.
                float* pixel = (float*)First + row * RowPitch + i;
                V rowSum = V.Broadcast(0);
                for (int column = 0; column < Columns; column++)
                {
                    rowSum += V.Load(pixel);
                    pixel += PixelLength;
                }

                sum += rowSum;
            }

            (sum * V.Broadcast(scale)).Store(y + i);
        }
    }

    private void Spread<V>(float* dy, float scale, int from, int to)
        where V : struct, IVector<V>
    {
        for (nint i = from; i < to; i += V.Count)
        {
            V share = V.Load(dy + i) * V.Broadcast(scale);
            for (int row = 0; row < Rows; row++)
            {
                float* pixel = (float*)First + row * RowPitch + i;
                for (int column = 0; column < Columns; column++)
                {
                    Accumulate.To(pixel, share);
                    pixel += PixelLength;
                }
            }
        }
    }
}
