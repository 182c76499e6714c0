using Microsoft.ML.Cnn.Training;
using Microsoft.ML.Cnn.Training.Augmentations;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>One pass, or a share of one, over those rows of a data view that have a label and a weight above zero.</summary>
internal sealed class LabelledRows : IDisposable
{
    private readonly LabelReader label;
    private readonly ValueGetter<float>? readWeight;
    private readonly ValueGetter<DataViewRowId> readId;
    private readonly string? weightName;
    private readonly bool isInOrder;

    private LabelledRows(DataViewRowCursor cursor, ExampleColumns columns, bool isInOrder)
    {
        Cursor = cursor;
        this.isInOrder = isInOrder;
        label = columns.Rule.Read(Cursor, columns.Label);
        readId = Cursor.GetIdGetter();
        if (columns.Weight is { } weight)
        {
            (readWeight, weightName) = (Cursor.GetGetter<float>(weight), weight.Name);
        }
    }

    /// <summary>Begins a pass in the order of the view that reads labels and weights alone.</summary>
    public static LabelledRows WithoutPixels(IDataView view, ExampleColumns columns) =>
        new(view.GetRowCursor(columns.LabelAndWeight), columns, isInOrder: true);

    /// <summary>Begins a pass with pixels.</summary>
    /// <param name="view">Where rows come from.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="shuffleSeed">Of a random order; null for the order of the view.</param>
    /// <param name="shares">How many cursors are wanted to share the rows; the view may give fewer.</param>
    /// <returns>One for each cursor; their batches say how the pass is put together.</returns>
    public static LabelledRows[] WithPixels(IDataView view, ExampleColumns columns, int? shuffleSeed, int shares)
    {
        IEnumerable<DataViewSchema.Column> needed = [.. columns.LabelAndWeight, columns.Feature];
        Random? random = shuffleSeed is { } seed ? new Random(seed) : null;
        DataViewRowCursor[] cursors = shares > 1 ? view.GetRowCursorSet(needed, shares, random) : [view.GetRowCursor(needed, random)];
        bool isInOrder = cursors.Length == 1 && !(shuffleSeed is not null && view.CanShuffle);
        return [.. cursors.Select(cursor => new LabelledRows(cursor, columns, isInOrder))];
    }

    /// <summary>Stands on the row after <see cref="MoveNext"/>.</summary>
    public DataViewRowCursor Cursor { get; }

    /// <summary>The class of the row, counted from 0.</summary>
    public int Label => label.Class;

    /// <summary>The class of the row, where keys may stand for others than their own number.</summary>
    /// <param name="classes">The class of each key counted from 0, or null where they are the same.</param>
    public int ClassAmong(int[]? classes) => classes is null ? Label : classes[Label];

    /// <summary>What the outputs for the row are to be compared with.</summary>
    public ReadOnlySpan<float> Targets => label.Targets;

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

    /// <summary>As of <see cref="IExampleReader.RowKey"/>.</summary>
    public uint Key
    {
        get
        {
            DataViewRowId id = Id;
            return RowKeys.Of(id.Low, id.High);
        }
    }

    /// <summary>Which row this is, for messages.</summary>
    public string Place => isInOrder ? $"row {Cursor.Position + 1} (counted from 1)" : $"the row with the identity {Id}";

    /// <exception cref="InvalidOperationException">A weight is negative or no number.</exception>
    public bool MoveNext()
    {
        while (Cursor.MoveNext())
        {
            if (label.Read() && ReadWeight())
            {
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
}
