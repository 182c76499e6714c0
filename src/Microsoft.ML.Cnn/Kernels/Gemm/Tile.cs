using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels.Gemm;

/// <summary>
/// A block of accumulators, two vectors wide, that lives in registers. A tile is a <see cref="TileRow{V}"/>, or one that does without its
/// second vector, a <see cref="NarrowTileRow{V}"/>, or a <see cref="TileStack{V, TTop, TBottom}"/> of two tiles, so its height is part of its type: the JIT sees through the nesting, gives
/// every accumulator its own register and unrolls the rows.
/// </summary>
internal unsafe interface ITile<V>
    where V : struct, IVector<V>
{
    static abstract int Rows { get; }

    /// <summary>this[row, column] += a[row] * b[column]; <typeparamref name="TLeft"/> says how a[row] is read.</summary>
    void MultiplyAdd<TLeft>(float* a, nint aRow, V b0, V b1)
        where TLeft : struct, ILeft<V>;

    /// <summary>
    /// c[row, column] = max(floor, start[row, column] + this[row, column]). Strides of 0 repeat one row, or one vector for both columns.
    /// Bare pointers: a struct for each place would exhaust the JIT's inlining budget in the taller tiles, at half of their speed.
    /// </summary>
    void Store(float* c, nint cRow, nint cColumn, float* start, nint startRow, nint startColumn, V floor);
}

/// <summary>How the left operand is read: as one number for all lanes, or lane by lane.</summary>
internal unsafe interface ILeft<V>
{
    static abstract V Read(float* a);
}

/// <summary>a[row] is one number: matrix products, and convolution with filters on the left.</summary>
internal readonly unsafe struct BroadcastLeft<V> : ILeft<V>
    where V : struct, IVector<V>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Read(float* a) => V.Broadcast(*a);
}

/// <summary>a[row] is a vector: products of images with images, summed lane by lane.</summary>
internal readonly unsafe struct LaneLeft<V> : ILeft<V>
    where V : struct, IVector<V>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Read(float* a) => V.Load(a);
}

/// <summary>One row of two vectors.</summary>
internal unsafe struct TileRow<V> : ITile<V>
    where V : struct, IVector<V>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private V c0;
    private V c1;

    public static int Rows
    {
        [MethodImpl(Inline)]
        get => 1;
    }

    [MethodImpl(Inline)]
    public void MultiplyAdd<TLeft>(float* a, nint aRow, V b0, V b1)
        where TLeft : struct, ILeft<V>
    {
        V left = TLeft.Read(a);
        c0 = V.MultiplyAdd(left, b0, c0);
        c1 = V.MultiplyAdd(left, b1, c1);
    }

    // The second operand of Max keeps its NaN: a diverged sum must not come out as a zero.
    [MethodImpl(Inline)]
    public void Store(float* c, nint cRow, nint cColumn, float* start, nint startRow, nint startColumn, V floor)
    {
        V.Max(floor, V.Load(start) + c0).Store(c);
        V.Max(floor, V.Load(start + startColumn) + c1).Store(c + cColumn);
    }
}

/// <summary>One row of one vector, where C has no more columns: nothing of a second one is computed or stored.</summary>
internal unsafe struct NarrowTileRow<V> : ITile<V>
    where V : struct, IVector<V>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private V c0;

    public static int Rows
    {
        [MethodImpl(Inline)]
        get => 1;
    }

    [MethodImpl(Inline)]
    public void MultiplyAdd<TLeft>(float* a, nint aRow, V b0, V b1)
        where TLeft : struct, ILeft<V> => c0 = V.MultiplyAdd(TLeft.Read(a), b0, c0);

    [MethodImpl(Inline)]
    public void Store(float* c, nint cRow, nint cColumn, float* start, nint startRow, nint startColumn, V floor) =>
        V.Max(floor, V.Load(start) + c0).Store(c);
}

/// <summary>One tile upon another.</summary>
internal unsafe struct TileStack<V, TTop, TBottom> : ITile<V>
    where V : struct, IVector<V>
    where TTop : struct, ITile<V>
    where TBottom : struct, ITile<V>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

#pragma warning disable CS0649 // Never assigned as wholes: their own methods fill them, from zero.
    private TTop top;
    private TBottom bottom;
#pragma warning restore CS0649

    public static int Rows
    {
        [MethodImpl(Inline)]
        get => TTop.Rows + TBottom.Rows;
    }

    [MethodImpl(Inline)]
    public void MultiplyAdd<TLeft>(float* a, nint aRow, V b0, V b1)
        where TLeft : struct, ILeft<V>
    {
        top.MultiplyAdd<TLeft>(a, aRow, b0, b1);
        bottom.MultiplyAdd<TLeft>(a + TTop.Rows * aRow, aRow, b0, b1);
    }

    [MethodImpl(Inline)]
    public void Store(float* c, nint cRow, nint cColumn, float* start, nint startRow, nint startColumn, V floor)
    {
        top.Store(c, cRow, cColumn, start, startRow, startColumn, floor);
        bottom.Store(c + TTop.Rows * cRow, cRow, cColumn, start + TTop.Rows * startRow, startRow, startColumn, floor);
    }
}
