using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>
/// The weights of a convolution as one matrix for each tap: <c>[tap][input channel of the group][output channel]</c>. Squares of them, a
/// vector wide and as many rows high, are copied to where they lie close together: <c>[tap][row][lane]</c>. So all lines that a transform
/// needs are fetched at once, however far apart they lie, and edges concern nobody else.
/// </summary>
internal readonly unsafe struct FilterTaps<V>(ConvolutionGeometry geometry, float* weights)
    where V : struct, IVector<V>
{
    private readonly int taps = geometry.Taps;
    private readonly int pitch = geometry.OutputChannels;
    private readonly nint tapLength = (nint)geometry.GroupInputs * geometry.OutputChannels;

    /// <summary>Floats of the squares of all taps.</summary>
    public static int LengthOf(int taps) => taps * SquareLength;

    private static int SquareLength
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => V.Count * V.Count;
    }

    /// <summary>Input channels in the rows, output channels in the lanes; zeros beyond those there are.</summary>
    public void Load(in Square square, float* target)
    {
        for (int tap = 0; tap < taps; tap++)
        {
            LoadRows(At(tap, square), square, target + (nint)tap * SquareLength);
        }
    }

    /// <summary>The taps in reverse order, output channels in the rows, input channels in the lanes.</summary>
    [SkipLocalsInit]
    public void LoadMirrored(in Square square, float* target)
    {
        float* rows = stackalloc float[SquareLength];
        for (int tap = 0; tap < taps; tap++)
        {
            LoadRows(At(taps - 1 - tap, square), square, rows);
            Transposition.Block<V>(rows, V.Count, target + (nint)tap * SquareLength, V.Count);
        }
    }

    private float* At(int tap, in Square square) => weights + tap * tapLength + (nint)square.Row * pitch + square.Column;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void LoadRows(float* source, in Square square, float* target)
    {
        for (int row = 0; row < square.Rows; row++)
        {
            LanePart.Load<V>(source + (nint)row * pitch, square.Columns).Store(target + row * V.Count);
        }

        for (int row = square.Rows; row < V.Count; row++)
        {
            V.Broadcast(0).Store(target + row * V.Count);
        }
    }

    /// <summary>A part of the matrix of each tap, at most as many rows and columns as a vector has lanes.</summary>
    /// <param name="Row">The first input channel, of its group.</param>
    /// <param name="Rows">Input channels.</param>
    /// <param name="Column">The first output channel, of all groups.</param>
    /// <param name="Columns">Output channels.</param>
    internal readonly record struct Square(int Row, int Rows, int Column, int Columns);
}
