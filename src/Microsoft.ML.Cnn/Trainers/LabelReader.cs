using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>Reads the label of the row that a cursor stands on.</summary>
/// <param name="targets">How many numbers a label has.</param>
internal abstract class LabelReader(int targets)
{
    /// <summary>The class, counted from 0; 0 where labels are numbers.</summary>
    public int Class { get; protected set; }

    /// <summary>What outputs are to be compared with.</summary>
    public float[] Targets { get; } = new float[targets];

    /// <returns>Whether the row has a label.</returns>
    public abstract bool Read();

    /// <returns>Whether none of the targets is missing.</returns>
    /// <exception cref="InvalidOperationException">One is infinite.</exception>
    protected bool AreThere(DataViewSchema.Column column)
    {
        bool areThere = true;
        foreach (float number in Targets)
        {
            if (float.IsInfinity(number))
            {
                throw new InvalidOperationException(
                    FormattableString.Invariant(
                        $"Label column '{column.Name}' has the value {number}. Allowed: finite numbers; rows whose label is NaN are left out."
                    )
                );
            }

            areThere &= !float.IsNaN(number);
        }

        return areThere;
    }
}

/// <summary>Of keys. 0 stands for a missing label, and so does what lies beyond the keys.</summary>
internal sealed class KeyLabelReader(DataViewRow row, DataViewSchema.Column column, ulong keys) : LabelReader(targets: 0)
{
    private readonly Func<ulong> readKey = KeyReader(row, column);

    public override bool Read()
    {
        ulong key = readKey();
        Class = (int)key - 1;
        return key != 0 && key <= keys;
    }

    private static Func<ulong> KeyReader(DataViewRow row, DataViewSchema.Column column)
    {
        Type raw = column.Type.RawType;
        if (raw == typeof(byte))
        {
            return Reader<byte>(row, column, key => key);
        }

        if (raw == typeof(ushort))
        {
            return Reader<ushort>(row, column, key => key);
        }

        return raw == typeof(uint) ? Reader<uint>(row, column, key => key) : Reader<ulong>(row, column, key => key);
    }

    private static Func<ulong> Reader<T>(DataViewRow row, DataViewSchema.Column column, Func<T, ulong> widen)
        where T : struct
    {
        ValueGetter<T> read = row.GetGetter<T>(column);
        T key = default;
        return () =>
        {
            read(ref key);
            return widen(key);
        };
    }
}

/// <summary>Of true and false, none of which is ever missing.</summary>
internal sealed class BooleanLabelReader(DataViewRow row, DataViewSchema.Column column) : LabelReader(targets: 1)
{
    private readonly ValueGetter<bool> read = row.GetGetter<bool>(column);

    public override bool Read()
    {
        bool label = false;
        read(ref label);
        Class = label ? 1 : 0;
        Targets[0] = Class;
        return true;
    }
}

/// <summary>Of numbers. NaN stands for a missing label.</summary>
internal sealed class NumberLabelReader(DataViewRow row, DataViewSchema.Column column) : LabelReader(targets: 1)
{
    private readonly ValueGetter<float> read = row.GetGetter<float>(column);

    public override bool Read()
    {
        read(ref Targets[0]);
        return AreThere(column);
    }
}

/// <summary>Of vectors of numbers. NaN among them stands for a missing label.</summary>
internal sealed class VectorLabelReader(DataViewRow row, DataViewSchema.Column column, int length) : LabelReader(length)
{
    private readonly ValueGetter<VBuffer<float>> read = row.GetGetter<VBuffer<float>>(column);
    private VBuffer<float> buffer;

    public override bool Read()
    {
        read(ref buffer);
        if (buffer.Length != Targets.Length)
        {
            throw new InvalidOperationException(
                $"Label column '{column.Name}' gave a vector of {buffer.Length} values, but its type says {Targets.Length}."
            );
        }

        buffer.CopyTo(Targets);
        return AreThere(column);
    }
}
