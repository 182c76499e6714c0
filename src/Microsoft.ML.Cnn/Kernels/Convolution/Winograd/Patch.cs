using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>
/// A vector of channels of some pixels (or taps): (i, j) lies at Data[i * RowPitch + j * PixelPitch]. Beyond
/// <paramref name="Rows"/>, <paramref name="Columns"/> and <paramref name="Channels"/> nothing is read or written; it counts as zero.
/// </summary>
internal readonly unsafe record struct Patch(nint Address, nint RowPitch, nint PixelPitch, int Rows, int Columns, int Channels)
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* At(int row, int column) => (float*)Address + row * RowPitch + column * PixelPitch;

    /// <summary>The channels of an element that exists, followed by zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Load<V>(int row, int column)
        where V : struct, IVector<V> => LanePart.Load<V>(At(row, column), Channels);

    /// <summary>As many lanes as there are channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<V>(int row, int column, V value)
        where V : struct, IVector<V> => LanePart.Store(At(row, column), Channels, value);
}
