namespace Microsoft.ML.Cnn.Transforms;

/// <summary>Columns by their name, refused in the same words wherever one is missing.</summary>
internal static class ColumnSearch
{
    /// <exception cref="ArgumentOutOfRangeException">There is none of that name.</exception>
    public static SchemaShape.Column Find(SchemaShape schema, string role, string name, string parameter)
    {
        SchemaShape.Column column = schema.FirstOrDefault(column => column.Name == name);
        return column.Name is not null ? column : throw Missing(schema.Select(column => column.Name), role, name, parameter);
    }

    /// <exception cref="ArgumentOutOfRangeException">There is none of that name.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string role, string name, string parameter) =>
        schema.GetColumnOrNull(name)
        ?? throw Missing(schema.Where(column => !column.IsHidden).Select(column => column.Name), role, name, parameter);

    /// <summary>The type of a promised column, in the words that ML.NET uses for types.</summary>
    public static string Describe(SchemaShape.Column column)
    {
        string item = column.IsKey ? $"Key<{column.ItemType}>" : column.ItemType.ToString()!;
        return column.Kind switch
        {
            SchemaShape.Column.VectorKind.Vector => $"Vector<{item}>",
            SchemaShape.Column.VectorKind.VariableVector => $"VarVector<{item}>",
            _ => item,
        };
    }

    private static ArgumentOutOfRangeException Missing(IEnumerable<string> present, string role, string name, string parameter) =>
        new(parameter, $"There is no {role} column '{name}'. The columns are: {string.Join(", ", present)}.");
}
