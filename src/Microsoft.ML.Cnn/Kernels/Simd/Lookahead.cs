using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Simd;

/// <summary>
/// Rows of memory that a kernel will need next, asked for in the order of their addresses while it works on others. Where a kernel reads or writes
/// a line here and a line there, hardware foresees so little that memory beyond the third cache level comes at a quarter of its speed.
/// </summary>
internal readonly unsafe struct Lookahead<V>
    where V : struct, IVector<V>
{
    private readonly float* data;
    private readonly nint pitch;
    private readonly int linesOfRow;
    private readonly int first;
    private readonly int end;

    /// <param name="data">The first row.</param>
    /// <param name="pitch">Floats from a row to the next.</param>
    /// <param name="rows">Rows; none if negative.</param>
    /// <param name="length">Floats of a row; none if negative.</param>
    public Lookahead(float* data, nint pitch, int rows, nint length)
    {
        this.data = data;
        this.pitch = pitch;
        linesOfRow = (int)(Math.Max(length, 0) / AlignedBuffer.Line);
        end = Math.Max(rows, 0) * linesOfRow;
    }

    private Lookahead(in Lookahead<V> whole, int first, int end)
    {
        this = whole;
        this.first = first;
        this.end = end;
    }

    /// <summary>One of some equal parts.</summary>
    public Lookahead<V> Part(int part, int parts) => new(this, Start(part, parts), Start(part + 1, parts));

    /// <summary>
    /// Asks for one of some equal parts: little at a time, beside the work that it overlaps with, since the requests that a core can have under way are few.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fetch(int part, int parts)
    {
        int next = Start(part, parts);
        int stop = Start(part + 1, parts);
        while (next < stop)
        {
            (int row, int line) = Math.DivRem(next, linesOfRow);
            int count = Math.Min(linesOfRow - line, stop - next);
            float* address = data + row * pitch + line * AlignedBuffer.Line;
            for (int i = 0; i < count; i++)
            {
                V.PrefetchAhead(address + i * AlignedBuffer.Line);
            }

            next += count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Start(int part, int parts) => first + (int)((long)(end - first) * part / parts);
}
