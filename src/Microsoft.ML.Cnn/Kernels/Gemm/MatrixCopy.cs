using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels.Gemm;

/// <summary>Copies matrices of any strides from one to another: what packing consists of.</summary>
internal static unsafe class MatrixCopy<V>
    where V : struct, IVector<V>
{
    /// <summary>Rows and columns that a step of <see cref="Transpose"/> takes, and what is left of a row where whole vectors end.</summary>
    private const int Side = 4;

    /// <summary>to = from, of the same size.</summary>
    public static void Run(Matrix from, Matrix to)
    {
        if (from.ColumnStride == 1 && to.ColumnStride == 1)
        {
            CopyRows(from, to);
        }
        else if (from.RowStride == 1 && to.RowStride == 1)
        {
            CopyRows(from.Transposed, to.Transposed);
        }
        else if (from.RowStride == 1 && to.ColumnStride == 1)
        {
            Transpose(from, to);
        }
        else if (from.ColumnStride == 1 && to.RowStride == 1)
        {
            Transpose(from.Transposed, to.Transposed);
        }
        else
        {
            CopyElements(from, to);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyRows(Matrix from, Matrix to)
    {
        int whole = from.Columns - from.Columns % V.Count;
        for (int row = 0; row < from.Rows; row++)
        {
            float* source = from.At(row, 0);
            float* target = to.At(row, 0);
            int column = 0;
            for (; column < whole; column += V.Count)
            {
                V.Load(source + column).Store(target + column);
            }

            for (; column <= from.Columns - Side; column += Side)
            {
                Vector128.Load(source + column).Store(target + column);
            }

            for (; column < from.Columns; column++)
            {
                target[column] = source[column];
            }
        }
    }

    /// <summary>From columns that are contiguous to rows that are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(Matrix from, Matrix to)
    {
        if (from.Rows < Side || from.Columns < Side)
        {
            CopyElements(from, to);
            return;
        }

        // The last squares begin early enough to end with the matrix.
        for (int row = 0; row < from.Rows; row += Side)
        {
            int first = Math.Min(row, from.Rows - Side);
            for (int column = 0; column < from.Columns; column += Side)
            {
                int start = Math.Min(column, from.Columns - Side);
                TransposeSquare(from.At(first, start), from.ColumnStride, to.At(first, start), to.RowStride);
            }
        }
    }

    private static void CopyElements(Matrix from, Matrix to)
    {
        for (int row = 0; row < from.Rows; row++)
        {
            for (int column = 0; column < from.Columns; column++)
            {
                *to.At(row, column) = *from.At(row, column);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeSquare(float* from, nint fromPitch, float* to, nint toPitch)
    {
        Vector128<float> a = Vector128.Load(from);
        Vector128<float> b = Vector128.Load(from + fromPitch);
        Vector128<float> c = Vector128.Load(from + 2 * fromPitch);
        Vector128<float> d = Vector128.Load(from + 3 * fromPitch);

        // Pairs of pairs: a0 c0 a1 c1 with b0 d0 b1 d1 is a0 b0 c0 d0, a1 b1 c1 d1.
        (Vector128<float> acLow, Vector128<float> acHigh) = (InterleaveLow(a, c), InterleaveHigh(a, c));
        (Vector128<float> bdLow, Vector128<float> bdHigh) = (InterleaveLow(b, d), InterleaveHigh(b, d));
        InterleaveLow(acLow, bdLow).Store(to);
        InterleaveHigh(acLow, bdLow).Store(to + toPitch);
        InterleaveLow(acHigh, bdHigh).Store(to + 2 * toPitch);
        InterleaveHigh(acHigh, bdHigh).Store(to + 3 * toPitch);
    }

    /// <summary>left 0, right 0, left 1, right 1</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> InterleaveLow(Vector128<float> left, Vector128<float> right) =>
        Sse.IsSupported ? Sse.UnpackLow(left, right)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(left, right)
        : Vector128.Create(left[0], right[0], left[1], right[1]);

    /// <summary>left 2, right 2, left 3, right 3</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> InterleaveHigh(Vector128<float> left, Vector128<float> right) =>
        Sse.IsSupported ? Sse.UnpackHigh(left, right)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(left, right)
        : Vector128.Create(left[2], right[2], left[3], right[3]);
}
