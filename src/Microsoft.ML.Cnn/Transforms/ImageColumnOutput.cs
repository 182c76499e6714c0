using System.Collections.Immutable;
using Microsoft.ML.Cnn.Interop;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Transforms;

/// <summary>The one column, of vectors with a name for each slot, that an estimator promises and its transformer delivers.</summary>
/// <param name="name">Of the column; one of that name in the input is hidden by it.</param>
/// <param name="dimensions">Of a vector.</param>
/// <param name="slotNames">Makes as many names as a vector has slots; called when they are asked for.</param>
internal class ImageColumnOutput(string name, ImmutableArray<int> dimensions, Func<IEnumerable<string>> slotNames) : ScoreColumns
{
    private const string SlotNames = "SlotNames";

    /// <summary>The columns of an input, followed by a column of that name.</summary>
    public static SchemaShape Promise(SchemaShape input, string name) =>
        new([
            .. input.Where(column => column.Name != name),
            SchemaColumns.Vector(name, NumberDataViewType.Single, SchemaColumns.Vector(SlotNames, TextDataViewType.Instance)),
        ]);

    /// <inheritdoc/>
    public override DataViewSchema AppendTo(DataViewSchema input)
    {
        VectorDataViewType type = new(NumberDataViewType.Single, dimensions);
        DataViewSchema.Annotations.Builder annotations = new();
        annotations.Add(
            SlotNames,
            new VectorDataViewType(TextDataViewType.Instance, type.Size),
            (ValueGetter<VBuffer<ReadOnlyMemory<char>>>)GetSlotNames
        );
        DataViewSchema.Builder schema = new();
        schema.AddColumns(input);
        schema.AddColumn(name, type, annotations.ToAnnotations());
        return schema.ToSchema();
    }

    /// <inheritdoc/>
    public override Delegate Getter(int index, CurrentScores scores) => VectorGetter(scores);

    private void GetSlotNames(ref VBuffer<ReadOnlyMemory<char>> names)
    {
        ReadOnlyMemory<char>[] all = [.. slotNames().Select(slot => slot.AsMemory())];
        names = new VBuffer<ReadOnlyMemory<char>>(all.Length, all);
    }
}
