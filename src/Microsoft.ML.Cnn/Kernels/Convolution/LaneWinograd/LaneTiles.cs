using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution;

/// <summary>Tiles outside the planes: such as those at the end of a row, which hang over it.</summary>
internal static unsafe class LaneTiles
{
    /// <summary>Floats of room for a tile, from wherever to be aligned.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Room<V>()
        where V : struct, IVector<V> => RowPoints.Most * V.Count + AlignedBuffer.Line;

    /// <summary>The pixels of a tile: where they lie, or if fewer are left than a tile has, those and zeros.</summary>
    /// <param name="edge">Room for a tile.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float* Whole<V>(float* pixels, int left, int size, float* edge)
        where V : struct, IVector<V>
    {
        if (left >= size)
        {
            return pixels;
        }

        for (int i = 0; i < size; i++)
        {
            (i < left ? V.Load(pixels + i * V.Count) : V.Broadcast(0)).Store(edge + i * V.Count);
        }

        return edge;
    }
}
