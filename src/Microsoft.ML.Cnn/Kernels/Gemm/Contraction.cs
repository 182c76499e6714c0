namespace Microsoft.ML.Cnn.Kernels.Gemm;

/// <summary>Where one stretch of a sum begins, in floats from the tile's a and b.</summary>
internal readonly record struct Stretch(nint A, nint B);

/// <summary>
/// The sum that a micro-kernel computes for a tile of C, some rows high and two vectors wide:
/// <code>C[row, column] = max(Floor, Start[row, column] + Σ over stretches s, Σ over k &lt; Depth of  A(row, s, k) · B(s, k, column))</code>
/// A matrix product has one stretch. A convolution has one for each row of the filter: consecutive stretches jump to the next row of
/// the image, so the image is multiplied where it lies and no im2col is ever written. All strides count floats; "column" strides lead
/// from the first vector of a row to the second.
/// </summary>
internal unsafe struct Contraction()
{
    public Stretch* Stretches;
    public int StretchCount;
    public int Depth;

    public nint ARow;
    public nint ADepth;
    public nint BDepth;
    public nint BColumn;
    public nint CRow;
    public nint CColumn;

    /// <summary>Strides of what the sum starts from: C's own to continue an earlier sum, row 0 for a bias of each column.</summary>
    public nint StartRow;
    public nint StartColumn;

    /// <summary>0 for a ReLU on the way out.</summary>
    public float Floor = float.NegativeInfinity;

    /// <summary>This sum, starting from what C holds.</summary>
    public readonly Contraction Continued => this with { StartRow = CRow, StartColumn = CColumn };
}
