using System.Globalization;
using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Tests.Testing;

/// <summary>What the rows of a data view hold, read through its cursors as text that tells every bit of a number.</summary>
internal static class ViewValues
{
    /// <summary>All rows, in the order of the view: one line each, with the given columns or else all that are visible.</summary>
    public static List<string> Read(IDataView view, params string[] columns)
    {
        DataViewSchema.Column[] active = Active(view.Schema, columns);
        using DataViewRowCursor cursor = view.GetRowCursor(active);
        return Read(cursor, active);
    }

    /// <summary>All rows that a cursor gives, each beginning with its identity.</summary>
    public static List<string> Read(DataViewRowCursor cursor, params DataViewSchema.Column[] active)
    {
        Func<string>[] getters = [.. active.Select(column => Getter(cursor, column))];
        ValueGetter<DataViewRowId> getId = cursor.GetIdGetter();
        List<string> rows = [];
        while (cursor.MoveNext())
        {
            DataViewRowId id = default;
            getId(ref id);
            rows.Add($"{id}: {string.Join(" | ", getters.Select((get, i) => $"{active[i].Name}={get()}"))}");
        }

        return rows;
    }

    public static DataViewSchema.Column[] Active(DataViewSchema schema, params string[] columns) =>
        [.. schema.Where(column => !column.IsHidden && (columns.Length == 0 || columns.Contains(column.Name)))];

    /// <summary>An annotation as text, or null where there is none.</summary>
    public static string? Annotation(DataViewSchema.Column column, string name)
    {
        if (column.Annotations.Schema.GetColumnOrNull(name) is not { } annotation)
        {
            return null;
        }

        return Invoke<string>(nameof(ReadAnnotation), ValueType(annotation.Type), column, name);
    }

    private static Func<string> Getter(DataViewRow row, DataViewSchema.Column column) =>
        Invoke<Func<string>>(nameof(GetterOf), ValueType(column.Type), row, column);

    private static Func<string> GetterOf<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> get = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            get(ref value);
            return Text(value);
        };
    }

    private static string ReadAnnotation<T>(DataViewSchema.Column column, string name)
    {
        T value = default!;
        column.Annotations.GetValue(name, ref value);
        return $"{typeof(T)}: {Text(value)}";
    }

    private static string Text<T>(T value) =>
        value switch
        {
            VBuffer<float> vector => string.Join(' ', vector.DenseValues().Select(Text)),
            VBuffer<ReadOnlyMemory<char>> vector => string.Join(' ', vector.DenseValues()),
            not null when value.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(VBuffer<>) =>
                string.Join(
                    ' ',
                    ((System.Collections.IEnumerable)type.GetMethod("DenseValues")!.Invoke(value, null)!).Cast<object>().Select(Text)
                ),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value?.ToString() ?? "null",
        };

    private static Type ValueType(DataViewType type) =>
        type is VectorDataViewType vector ? typeof(VBuffer<>).MakeGenericType(vector.ItemType.RawType) : type.RawType;

    private static T Invoke<T>(string method, Type type, params object[] arguments) =>
        (T)
            typeof(ViewValues)
                .GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(type)
                .Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null)!;
}
