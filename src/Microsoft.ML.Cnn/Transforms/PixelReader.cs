using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Transforms;

/// <summary>Reads the pixels of rows as floats, whichever type their column has.</summary>
internal abstract class PixelReader
{
    /// <param name="input">Where rows come from.</param>
    /// <param name="column">The column of pixels among those of the input: a vector of Single or Byte.</param>
    /// <param name="passed">What keeps the values of that column anyway, if anything does: they are not read twice.</param>
    public static PixelReader Create(DataViewRow input, DataViewSchema.Column column, ColumnBuffer? passed = null) =>
        ((VectorDataViewType)column.Type).ItemType.RawType == typeof(byte)
            ? new PixelReader<byte>(input, column, passed)
            : new PixelReader<float>(input, column, passed);

    /// <summary>Reads the pixels of the row that the input stands on.</summary>
    /// <param name="row">Where what keeps the column has kept that row.</param>
    /// <param name="destination">As many as the column's type says.</param>
    /// <exception cref="InvalidOperationException">The vector has another length than its column promises.</exception>
    public abstract void Read(int row, Span<float> destination);
}

/// <summary>A reader of pixels of type <typeparamref name="T"/>.</summary>
internal sealed class PixelReader<T>(DataViewRow input, DataViewSchema.Column column, ColumnBuffer? passed) : PixelReader
    where T : unmanaged, INumberBase<T>
{
    private readonly VectorBuffer<T>? kept = (VectorBuffer<T>?)passed;
    private readonly ValueGetter<VBuffer<T>> read = input.GetGetter<VBuffer<T>>(column);
    private readonly T[] dense = typeof(T) == typeof(float) ? [] : new T[((VectorDataViewType)column.Type).Size];
    private VBuffer<T> pixels;

    public override void Read(int row, Span<float> destination)
    {
        if (kept is null)
        {
            read(ref pixels);
            Copy(in pixels, destination);
        }
        else
        {
            Copy(in kept[row], destination);
        }
    }

    private void Copy(in VBuffer<T> source, Span<float> destination)
    {
        if (source.Length != destination.Length)
        {
            throw new InvalidOperationException(
                $"Feature column '{column.Name}' gave a vector of {source.Length} values, but its type {column.Type} says {destination.Length}."
            );
        }

        if (typeof(T) == typeof(float))
        {
            source.CopyTo(MemoryMarshal.Cast<float, T>(destination));
        }
        else
        {
            source.CopyTo(dense);
            TensorPrimitives.ConvertTruncating<T, float>(dense, destination);
        }
    }
}
