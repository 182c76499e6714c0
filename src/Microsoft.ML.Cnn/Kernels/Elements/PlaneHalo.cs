using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>The pixels kept around each plane.</summary>
internal static unsafe class PlaneHalo
{
    /// <summary>Zeros, all around each plane.</summary>
    /// <param name="planes">Whose pitches have room for the halo.</param>
    /// <param name="halo">Pixels.</param>
    public static void Clear(Planes planes, Halo halo)
    {
        nint left = (nint)halo.Left * planes.PixelLength;
        nint right = (nint)halo.Right * planes.PixelLength;
        for (int plane = 0; plane < planes.Count; plane++)
        {
            float* first = planes.Row(plane, 0) - left;
            Clear(first - halo.Top * planes.RowPitch, halo.Top * planes.RowPitch);

            // The end of a row and the beginning of the next are neighbours.
            Clear(first, left);
            for (int row = 0; row < planes.Height - 1; row++)
            {
                Clear(first + row * planes.RowPitch + left + planes.RowLength, right + left);
            }

            float* last = first + (planes.Height - 1) * planes.RowPitch;
            Clear(last + left + planes.RowLength, right + halo.Bottom * planes.RowPitch);
        }
    }

    private static void Clear(float* from, nint length) => new Span<float>(from, (int)length).Clear();
}
