using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>
/// Asks for the pixels of the next run of tiles while one is transformed, in the order of their addresses. The transforms themselves take one
/// vector of channels of each pixel, then the next; hardware foresees that so badly that reading or writing pixels beyond the third cache
/// level took two to three times as long as all else that the transforms do.
/// </summary>
/// <param name="pixels">All channels of the pixels, from the first that counts.</param>
/// <param name="rows">Rows of them.</param>
/// <param name="columns">Pixels of a row.</param>
internal readonly unsafe struct Lookahead<V>(Patch pixels, int rows, int columns)
    where V : struct, IVector<V>
{
    private readonly int rows = Math.Clamp(rows, 0, Math.Max(pixels.Rows, 0));
    private readonly int lines = (int)(Math.Clamp(columns, 0, Math.Max(pixels.Columns, 0)) * pixels.PixelPitch / AlignedBuffer.Line);

    /// <summary>One of some equal parts, so that requests spread over the work they overlap with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fetch(int part, int parts)
    {
        int next = (int)((long)rows * lines * part / parts);
        int end = (int)((long)rows * lines * (part + 1) / parts);
        while (next < end)
        {
            (int row, int line) = Math.DivRem(next, lines);
            int ofRow = Math.Min(lines - line, end - next);
            float* address = pixels.At(row, 0) + line * AlignedBuffer.Line;
            for (int i = 0; i < ofRow; i++)
            {
                V.PrefetchAhead(address + i * AlignedBuffer.Line);
            }

            next += ofRow;
        }
    }
}
