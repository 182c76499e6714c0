using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Transforms;

/// <summary>The values that a column has in the rows of a batch: read while the input stands on a row, given out later.</summary>
internal abstract class ColumnBuffer
{
    private static readonly MethodInfo CreateOne = Method(nameof(Scalars));
    private static readonly MethodInfo CreateVector = Method(nameof(Vectors));

    /// <summary>A buffer for a column of whatever type.</summary>
    /// <param name="input">The cursor to read from.</param>
    /// <param name="column">One of its active columns.</param>
    /// <param name="capacity">Rows of a batch.</param>
    public static ColumnBuffer Create(DataViewRow input, DataViewSchema.Column column, int capacity)
    {
        MethodInfo create = column.Type is VectorDataViewType vector
            ? CreateVector.MakeGenericMethod(vector.ItemType.RawType)
            : CreateOne.MakeGenericMethod(column.Type.RawType);
        return create.CreateDelegate<Func<DataViewRow, DataViewSchema.Column, int, ColumnBuffer>>()(input, column, capacity);
    }

    /// <summary>Keeps the value of the row that the input stands on.</summary>
    public abstract void Read(int row);

    /// <summary>A <see cref="ValueGetter{TValue}"/> of the value kept for a row.</summary>
    public abstract Delegate Getter(Func<int> currentRow);

    private static ColumnBuffer Scalars<T>(DataViewRow input, DataViewSchema.Column column, int capacity) =>
        typeof(IDisposable).IsAssignableFrom(typeof(T))
            ? new OwnedValueBuffer<T>(input.GetGetter<T>(column), capacity)
            : new ScalarBuffer<T>(input.GetGetter<T>(column), capacity);

    private static VectorBuffer<T> Vectors<T>(DataViewRow input, DataViewSchema.Column column, int capacity) =>
        new(input.GetGetter<VBuffer<T>>(column), capacity);

    private static MethodInfo Method(string name) => typeof(ColumnBuffer).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!;
}

/// <summary>Plain values, and text, which never changes once it is given out.</summary>
internal sealed class ScalarBuffer<T>(ValueGetter<T> read, int capacity) : ColumnBuffer
{
    private readonly T[] values = new T[capacity];

    public override void Read(int row) => read(ref values[row]);

    public override Delegate Getter(Func<int> currentRow) => (ValueGetter<T>)((ref T value) => value = values[currentRow()]);
}

/// <summary>Objects that someone must dispose, such as images: whoever takes one owns it, and the next row never disposes it.</summary>
internal sealed class OwnedValueBuffer<T>(ValueGetter<T> read, int capacity) : ColumnBuffer
{
    private readonly T?[] values = new T?[capacity];
    private readonly bool[] taken = new bool[capacity];

    public override void Read(int row)
    {
        if (taken[row])
        {
            (values[row], taken[row]) = (default, false);
        }

        read(ref values[row]!);
    }

    public override Delegate Getter(Func<int> currentRow) =>
        (ValueGetter<T>)(
            (ref T value) =>
            {
                int row = currentRow();
                (value, taken[row]) = (values[row]!, true);
            }
        );
}

/// <summary>Vectors, each row's in a buffer that the next batch uses again.</summary>
internal sealed class VectorBuffer<T>(ValueGetter<VBuffer<T>> read, int capacity) : ColumnBuffer
{
    private readonly VBuffer<T>[] values = new VBuffer<T>[capacity];

    public ref readonly VBuffer<T> this[int row] => ref values[row];

    public override void Read(int row) => read(ref values[row]);

    public override Delegate Getter(Func<int> currentRow) =>
        (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => values[currentRow()].CopyTo(ref value));
}
