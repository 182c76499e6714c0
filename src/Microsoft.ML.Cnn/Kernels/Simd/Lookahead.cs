using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Simd;

/// <summary>
/// Rows of memory that a kernel will need next, asked for in the order of their addresses while it works on others. Where a kernel reads or writes
/// a line here and a line there, hardware foresees so little that memory beyond the third cache level comes at a quarter of its speed.
/// </summary>
/// <param name="data">The first row.</param>
/// <param name="pitch">Floats from a row to the next.</param>
/// <param name="rows">Rows; none if negative.</param>
/// <param name="length">Floats of a row; none if negative.</param>
internal readonly unsafe struct Lookahead<V>(float* data, nint pitch, int rows, nint length)
    where V : struct, IVector<V>
{
    private readonly int rows = Math.Max(rows, 0);
    private readonly int lines = (int)(Math.Max(length, 0) / AlignedBuffer.Line);

    /// <summary>Asks for one of some equal parts, so that requests spread over the work that they overlap with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fetch(int part, int parts)
    {
        int next = (int)((long)rows * lines * part / parts);
        int end = (int)((long)rows * lines * (part + 1) / parts);
        while (next < end)
        {
            (int row, int line) = Math.DivRem(next, lines);
            int count = Math.Min(lines - line, end - next);
            float* address = data + row * pitch + line * AlignedBuffer.Line;
            for (int i = 0; i < count; i++)
            {
                V.PrefetchAhead(address + i * AlignedBuffer.Line);
            }

            next += count;
        }
    }
}
