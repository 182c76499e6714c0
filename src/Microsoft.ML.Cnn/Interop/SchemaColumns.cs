using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Interop;

/// <summary>The columns that an estimator promises before it has seen any data.</summary>
internal static class SchemaColumns
{
    /// <summary>One value a row.</summary>
    public static SchemaShape.Column Scalar(string name, PrimitiveDataViewType type, params IEnumerable<SchemaShape.Column> annotations) =>
        new(name, SchemaShape.Column.VectorKind.Scalar, type, false, new SchemaShape(annotations));

    /// <summary>One key a row, counted from 1 in 32 bits.</summary>
    public static SchemaShape.Column Key(string name, params IEnumerable<SchemaShape.Column> annotations) =>
        new(name, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, true, new SchemaShape(annotations));

    /// <summary>A vector of a size that is the same for all rows.</summary>
    public static SchemaShape.Column Vector(
        string name,
        PrimitiveDataViewType itemType,
        params IEnumerable<SchemaShape.Column> annotations
    ) => new(name, SchemaShape.Column.VectorKind.Vector, itemType, false, new SchemaShape(annotations));

    /// <summary>The same column with other annotations.</summary>
    public static SchemaShape.Column WithAnnotations(this SchemaShape.Column column, params IEnumerable<SchemaShape.Column> annotations) =>
        new(column.Name, column.Kind, column.ItemType, column.IsKey, new SchemaShape(annotations));
}
