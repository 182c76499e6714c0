using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>Square blocks of as many rows and columns as a vector has lanes, their rows made columns.</summary>
internal static unsafe class Transposition
{
    /// <summary>target[j, i] = source[i, j]. Pitches count floats from a row to the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block<V>(float* source, nint sourcePitch, float* target, nint targetPitch)
        where V : struct, IVector<V>
    {
        if (V.Count == 1)
        {
            *target = *source;
            return;
        }

        // Vector i of four: four columns of the rows i, i + 4, i + 8, ...
        for (int column = 0; column < V.Count; column += 4)
        {
            float* from = source + column;
            float* to = target + column * targetPitch;
            V row0 = V.LoadQuads(from, 4 * sourcePitch);
            V row1 = V.LoadQuads(from + sourcePitch, 4 * sourcePitch);
            V row2 = V.LoadQuads(from + 2 * sourcePitch, 4 * sourcePitch);
            V row3 = V.LoadQuads(from + 3 * sourcePitch, 4 * sourcePitch);
            V even = V.InterleaveLow(row0, row2);
            V odd = V.InterleaveLow(row1, row3);
            V.InterleaveLow(even, odd).Store(to);
            V.InterleaveHigh(even, odd).Store(to + targetPitch);
            even = V.InterleaveHigh(row0, row2);
            odd = V.InterleaveHigh(row1, row3);
            V.InterleaveLow(even, odd).Store(to + 2 * targetPitch);
            V.InterleaveHigh(even, odd).Store(to + 3 * targetPitch);
        }
    }

    /// <summary>The sums of the lanes of as many vectors as a vector has lanes, which follow each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sums<V>(float* vectors)
        where V : struct, IVector<V>
    {
        if (V.Count == 1)
        {
            return V.Load(vectors);
        }

        nint pitch = 4 * V.Count;
        V row0 = V.LoadQuads(vectors, pitch);
        V row1 = V.LoadQuads(vectors + V.Count, pitch);
        V row2 = V.LoadQuads(vectors + 2 * V.Count, pitch);
        V row3 = V.LoadQuads(vectors + 3 * V.Count, pitch);
        for (int column = 4; column < V.Count; column += 4)
        {
            row0 += V.LoadQuads(vectors + column, pitch);
            row1 += V.LoadQuads(vectors + column + V.Count, pitch);
            row2 += V.LoadQuads(vectors + column + 2 * V.Count, pitch);
            row3 += V.LoadQuads(vectors + column + 3 * V.Count, pitch);
        }

        V even = V.InterleaveLow(row0, row2);
        V odd = V.InterleaveLow(row1, row3);
        V sum = V.InterleaveLow(even, odd) + V.InterleaveHigh(even, odd);
        even = V.InterleaveHigh(row0, row2);
        odd = V.InterleaveHigh(row1, row3);
        return sum + V.InterleaveLow(even, odd) + V.InterleaveHigh(even, odd);
    }
}
