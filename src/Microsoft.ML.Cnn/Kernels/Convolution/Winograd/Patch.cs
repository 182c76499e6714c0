using System.Runtime.CompilerServices;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>
/// A vector of channels of some pixels (or taps): (i, j) lies at Data[i * RowPitch + j * PixelPitch]. Beyond
/// <paramref name="Rows"/>, <paramref name="Columns"/> and <paramref name="Channels"/> nothing is read or written; it counts as zero.
/// </summary>
internal readonly unsafe record struct Patch(nint Address, nint RowPitch, nint PixelPitch, int Rows, int Columns, int Channels)
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* At(int row, int column) => (float*)Address + row * RowPitch + column * PixelPitch;
}
