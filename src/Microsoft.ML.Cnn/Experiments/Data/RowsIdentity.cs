using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Experiments.Data;

/// <summary>Tells the rows of a view from others: by their number, their identities and their labels, in one pass that reads nothing else.</summary>
internal static class RowsIdentity
{
    /// <param name="view">The rows.</param>
    /// <param name="labelName">The column of labels; one that is not there, or of a type that is no label, counts for nothing.</param>
    public static string Of(IDataView view, string labelName)
    {
        DataViewSchema.Column? label =
            view.Schema.GetColumnOrNull(labelName) is { } column
            && (StratifiedParts.HasClasses(column) || column.Type == NumberDataViewType.Single)
                ? column
                : null;
        using DataViewRowCursor cursor = view.GetRowCursor(label is { } read ? [read] : []);
        Func<int> readLabel = LabelReader(cursor, label);
        ValueGetter<DataViewRowId> readId = cursor.GetIdGetter();
        DataViewRowId id = default;
        long rows = 0;
        ulong sum = 0;
        while (cursor.MoveNext())
        {
            // Added up, since a view may give its rows in any order.
            readId(ref id);
            uint row = RandomBits.Key((uint)id.Low, (uint)(id.Low >> 32), (uint)id.High);
            sum += RandomBits.Hash(row, unchecked((uint)readLabel()));
            rows++;
        }

        return FormattableString.Invariant($"{rows} rows {sum:x}");
    }

    private static Func<int> LabelReader(DataViewRow row, DataViewSchema.Column? label)
    {
        if (label is not { } column || StratifiedParts.HasClasses(column))
        {
            return StratifiedParts.ClassReader(row, label);
        }

        ValueGetter<float> read = row.GetGetter<float>(column);
        float value = 0;
        return () =>
        {
            read(ref value);
            return BitConverter.SingleToInt32Bits(value);
        };
    }
}
