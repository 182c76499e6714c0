using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>The pixels of one window that lie on the image.</summary>
/// <param name="First">Address of the first pixel.</param>
/// <param name="Rows">Rows of pixels.</param>
/// <param name="Columns">Pixels of a row.</param>
/// <param name="RowStep">Floats from a row to the next.</param>
/// <param name="ColumnStep">Floats from a pixel to the next.</param>
internal readonly unsafe record struct Taps(nint First, int Rows, int Columns, nint RowStep, nint ColumnStep)
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Taps Of(in Planes image, int plane, int row, int column, Interval rows, in WindowGeometry window)
    {
        Interval columns = Interval.TapsInside(window.Columns, column);
        float* first = image.Pixel(plane, window.Rows.Pixel(row, rows.First), window.Columns.Pixel(column, columns.First));
        nint rowStep = image.RowPitch * window.Rows.Dilation;
        nint columnStep = (nint)image.PixelLength * window.Columns.Dilation;
        return new Taps((nint)first, rows.Length, columns.Length, rowStep, columnStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* At(int row, int column) => (float*)First + row * RowStep + column * ColumnStep;
}
