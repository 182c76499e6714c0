using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>One pass over those rows of a data view that have a label and a weight above zero.</summary>
internal sealed class LabelledRows : IDisposable
{
    private readonly Func<ulong> readKey;
    private readonly ValueGetter<float>? readWeight;
    private readonly ValueGetter<DataViewRowId> readId;
    private readonly ulong keys;
    private readonly string? weightName;
    private readonly bool isShuffled;

    /// <param name="view">Where rows come from.</param>
    /// <param name="columns">Its columns of labels and weights.</param>
    /// <param name="others">Columns to be read beside them.</param>
    /// <param name="shuffleSeed">Of a random order; null for the order of the view.</param>
    public LabelledRows(IDataView view, ExampleColumns columns, IEnumerable<DataViewSchema.Column> others, int? shuffleSeed)
    {
        IEnumerable<DataViewSchema.Column> weights = columns.Weight is { } column ? [column] : [];
        isShuffled = shuffleSeed is not null && view.CanShuffle;
        Cursor = view.GetRowCursor([columns.Label, .. weights, .. others], shuffleSeed is { } seed ? new Random(seed) : null);
        keys = (ulong)columns.Classes;
        readKey = KeyReader(Cursor, columns.Label);
        readId = Cursor.GetIdGetter();
        if (columns.Weight is { } weight)
        {
            (readWeight, weightName) = (Cursor.GetGetter<float>(weight), weight.Name);
        }
    }

    /// <summary>Stands on the row after <see cref="MoveNext"/>.</summary>
    public DataViewRowCursor Cursor { get; }

    /// <summary>The key of the row less one.</summary>
    public int Label { get; private set; }

    /// <summary>The weight of the row, above 0.</summary>
    public float Weight { get; private set; } = 1;

    public DataViewRowId Id
    {
        get
        {
            DataViewRowId id = default;
            readId(ref id);
            return id;
        }
    }

    /// <summary>Which row this is, for messages.</summary>
    public string Place =>
        isShuffled
            ? $"the row that was read as number {Cursor.Position + 1} in a random order"
            : $"row {Cursor.Position + 1} (counted from 1)";

    /// <exception cref="InvalidOperationException">A weight is negative or no number.</exception>
    public bool MoveNext()
    {
        while (Cursor.MoveNext())
        {
            // 0 stands for a missing label, and so does what lies beyond the keys.
            ulong key = readKey();
            if (key != 0 && key <= keys && ReadWeight())
            {
                Label = (int)key - 1;
                return true;
            }
        }

        return false;
    }

    public void Dispose() => Cursor.Dispose();

    private bool ReadWeight()
    {
        if (readWeight is null)
        {
            return true;
        }

        float weight = 0;
        readWeight(ref weight);
        Weight = weight;
        return weight >= 0 && float.IsFinite(weight)
            ? weight > 0
            : throw new InvalidOperationException(
                FormattableString.Invariant(
                    $"Weight column '{weightName}' is {weight} in {Place}. Allowed: finite numbers of at least 0; rows of weight 0 are left out."
                )
            );
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
