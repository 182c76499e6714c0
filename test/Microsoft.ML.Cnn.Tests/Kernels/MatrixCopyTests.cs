using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Kernels;

public class MatrixCopyTests
{
    private const int Gap = 3;

    [Fact]
    public void A_copy_has_the_same_elements_whatever_the_strides_and_nothing_else_is_written()
    {
        foreach ((int rows, int columns) in new[] { (1, 1), (3, 5), (4, 4), (4, 17), (9, 33), (21, 6) })
        foreach (bool isSourceTransposed in new[] { false, true })
        foreach (bool isTargetTransposed in new[] { false, true })
        {
            Copies<F32x16>(rows, columns, isSourceTransposed, isTargetTransposed);
            Copies<F32x8>(rows, columns, isSourceTransposed, isTargetTransposed);
            Copies<F32x4>(rows, columns, isSourceTransposed, isTargetTransposed);
            Copies<F32x1>(rows, columns, isSourceTransposed, isTargetTransposed);
        }
    }

    [Fact]
    public unsafe void Neither_rows_nor_columns_need_be_contiguous()
    {
        float[] values = [1, -1, 2, -1, 3, -1, 4, -1];
        float[] copy = new float[4];
        fixed (float* source = values)
        fixed (float* target = copy)
        {
            MatrixCopy<F32x4>.Run(new Matrix((nint)source, 2, 2, 4, 2), new Matrix(target, 2, 2));
        }

        Assert.Equal([1, 2, 3, 4], copy);
    }

    private static unsafe void Copies<V>(int rows, int columns, bool isSourceTransposed, bool isTargetTransposed)
        where V : struct, IVector<V>
    {
        int length = (rows + Gap) * (columns + Gap);
        float[] values = [.. Enumerable.Range(0, length).Select(i => (float)i)];
        float[] copy = [.. Enumerable.Repeat(PlanesBuffer.Sentinel, length)];
        int written = 0;
        fixed (float* source = values)
        fixed (float* target = copy)
        {
            Matrix from = Place(source, rows, columns, isSourceTransposed);
            Matrix to = Place(target, rows, columns, isTargetTransposed);
            MatrixCopy<V>.Run(from, to);
            for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++)
            {
                Assert.Equal(*from.At(row, column), *to.At(row, column));
                written++;
            }
        }

        Assert.Equal(length - written, copy.Count(value => value.Equals(PlanesBuffer.Sentinel)));
    }

    private static unsafe Matrix Place(float* data, int rows, int columns, bool isTransposed) =>
        isTransposed ? new Matrix((nint)data, rows, columns, 1, rows + Gap) : new Matrix((nint)data, rows, columns, columns + Gap, 1);
}
