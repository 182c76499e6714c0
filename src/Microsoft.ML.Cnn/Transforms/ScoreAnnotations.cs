using Microsoft.ML.Cnn.Interop;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Transforms;

/// <summary>The annotations by which ML.NET's evaluators find the columns of scores: a number for those that belong together, and what each is.</summary>
internal static class ScoreAnnotations
{
    private const string ScoreColumnSetId = "ScoreColumnSetId";
    private const string ScoreColumnKind = "ScoreColumnKind";
    private const string ScoreValueKind = "ScoreValueKind";

    /// <summary>What is promised of each column.</summary>
    public static SchemaShape.Column[] Promised =>
        [
            SchemaColumns.Key(ScoreColumnSetId),
            SchemaColumns.Scalar(ScoreColumnKind, TextDataViewType.Instance),
            SchemaColumns.Scalar(ScoreValueKind, TextDataViewType.Instance),
        ];

    /// <param name="set">As of <see cref="NextSetId"/>.</param>
    /// <param name="kind">The task.</param>
    /// <param name="valueKind">What the column's values are.</param>
    public static DataViewSchema.Annotations.Builder Of(uint set, string kind, string valueKind)
    {
        DataViewSchema.Annotations.Builder annotations = new();
        annotations.Add(
            ScoreColumnSetId,
            new KeyDataViewType(typeof(uint), int.MaxValue),
            (ValueGetter<uint>)((ref uint value) => value = set)
        );
        AddText(annotations, ScoreColumnKind, kind);
        AddText(annotations, ScoreValueKind, valueKind);
        return annotations;
    }

    /// <summary>ML.NET numbers the columns of scores of one view, so that evaluators take those that belong together.</summary>
    public static uint NextSetId(DataViewSchema schema)
    {
        uint greatest = 0;
        foreach (DataViewSchema.Column column in schema)
        {
            if (
                column.Annotations.Schema.GetColumnOrNull(ScoreColumnSetId)?.Type is KeyDataViewType { RawType: Type raw }
                && raw == typeof(uint)
            )
            {
                uint id = 0;
                column.Annotations.GetValue(ScoreColumnSetId, ref id);
                greatest = Math.Max(greatest, id);
            }
        }

        return greatest + 1;
    }

    private static void AddText(DataViewSchema.Annotations.Builder annotations, string name, string text) =>
        annotations.Add(
            name,
            TextDataViewType.Instance,
            (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = text.AsMemory())
        );
}
