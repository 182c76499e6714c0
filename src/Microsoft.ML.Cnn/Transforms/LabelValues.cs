using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Transforms;

/// <summary>What the keys of a label column stand for, in the label's own type: value i belongs to key i + 1 and to class i.</summary>
internal abstract class LabelValues(LabelKind kind, ImmutableArray<string> texts)
{
    /// <summary>The annotation under which ML.NET keeps them.</summary>
    public const string KeyValues = "KeyValues";

    public LabelKind Kind { get; } = kind;

    /// <summary>Each as text: different values have different texts.</summary>
    public ImmutableArray<string> Texts { get; } = texts;

    public int Count => Texts.Length;

    public bool IsText => Kind.ItemType is TextDataViewType;

    /// <summary>Those of a key column, or null where it has none.</summary>
    /// <exception cref="InvalidOperationException">They have a type that keys are not made of, or are not as many as there are keys.</exception>
    public static LabelValues? Of(DataViewSchema.Column column)
    {
        if (!TryGetType(column, out VectorDataViewType? type))
        {
            return null;
        }

        LabelKind kind =
            LabelKind.All.FirstOrDefault(kind => kind.ItemType.Equals(type.ItemType))
            ?? throw new InvalidOperationException(
                $"The key values of label column '{column.Name}' are of type {type.ItemType}. Allowed: {string.Join(", ", LabelKind.All.Select(kind => kind.ItemType))}."
            );
        LabelValues values = kind.Of(column);
        ulong keys = ((KeyDataViewType)column.Type).Count;
        return (ulong)values.Count == keys
            ? values
            : throw new InvalidOperationException(
                $"Label column '{column.Name}' has {keys} keys but {values.Count} key values. There must be one for each key, as MapValueToKey makes them."
            );
    }

    /// <summary>Adds them to a column's annotations.</summary>
    public abstract void AddTo(DataViewSchema.Annotations.Builder annotations, string name);

    /// <summary>For each of some other values its index among these, or null where one is not among them.</summary>
    public int[]? IndexesOf(LabelValues other)
    {
        if (Kind != other.Kind)
        {
            return null;
        }

        Dictionary<string, int> indexes = new(StringComparer.Ordinal);
        for (int i = 0; i < Count; i++)
        {
            indexes[Texts[i]] = i;
        }

        return other.Texts.All(indexes.ContainsKey) ? [.. other.Texts.Select(text => indexes[text])] : null;
    }

    private static bool TryGetType(DataViewSchema.Column column, [NotNullWhen(true)] out VectorDataViewType? type)
    {
        type = column.Annotations.Schema.GetColumnOrNull(KeyValues)?.Type as VectorDataViewType;
        return type is not null;
    }
}

/// <inheritdoc/>
internal sealed class LabelValues<T>(LabelKind kind, ImmutableArray<T> values, ImmutableArray<string> texts) : LabelValues(kind, texts)
{
    public override void AddTo(DataViewSchema.Annotations.Builder annotations, string name) =>
        annotations.Add(
            name,
            new VectorDataViewType(Kind.ItemType, Count),
            (ValueGetter<VBuffer<T>>)(
                (ref VBuffer<T> destination) =>
                {
                    VBufferEditor<T> editor = VBufferEditor.Create(ref destination, values.Length);
                    values.CopyTo(editor.Values);
                    destination = editor.Commit();
                }
            )
        );
}
