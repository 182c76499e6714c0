namespace Microsoft.ML.Cnn.Kernels.Gemm;

/// <summary>A matrix in memory: element (i, j) lies at Data[i * RowStride + j * ColumnStride].</summary>
internal readonly unsafe record struct Matrix(nint Address, int Rows, int Columns, nint RowStride, nint ColumnStride)
{
    public Matrix(float* data, int rows, int columns)
        : this((nint)data, rows, columns, columns, 1) { }

    public float* Data => (float*)Address;

    public Matrix Transposed => new(Address, Columns, Rows, ColumnStride, RowStride);

    public float* At(nint row, nint column) => Data + row * RowStride + column * ColumnStride;

    /// <summary>Some rows and columns of it.</summary>
    public Matrix Part(int row, int column, int rows, int columns) => new((nint)At(row, column), rows, columns, RowStride, ColumnStride);
}
