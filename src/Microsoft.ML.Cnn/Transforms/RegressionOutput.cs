using Microsoft.ML.Cnn.Interop;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Transforms;

/// <summary>The one column that a regression model adds: Score, in the units of the label and a vector where that is one.</summary>
/// <param name="outputs">Numbers of a label.</param>
/// <param name="isVector">Whether the label is a vector; one of a single number is one, too.</param>
internal sealed class RegressionOutput(int outputs, bool isVector) : ScoreColumns
{
    private const string Score = "Score";
    private const string Regression = "Regression";
    private const string MultiOutputRegression = "MultiOutputRegression";

    /// <summary>The columns of an input, followed by what a model for the given label will add.</summary>
    public static SchemaShape Promise(SchemaShape input, SchemaShape.Column label) =>
        new([
            .. input.Where(column => column.Name != Score),
            label.Kind == SchemaShape.Column.VectorKind.Vector
                ? SchemaColumns.Vector(Score, NumberDataViewType.Single, ScoreAnnotations.Promised)
                : SchemaColumns.Scalar(Score, NumberDataViewType.Single, ScoreAnnotations.Promised),
        ]);

    /// <inheritdoc/>
    public override DataViewSchema AppendTo(DataViewSchema input)
    {
        DataViewSchema.Builder schema = new();
        schema.AddColumns(input);
        schema.AddColumn(
            Score,
            isVector ? new VectorDataViewType(NumberDataViewType.Single, outputs) : NumberDataViewType.Single,
            ScoreAnnotations.Of(ScoreAnnotations.NextSetId(input), isVector ? MultiOutputRegression : Regression, Score).ToAnnotations()
        );
        return schema.ToSchema();
    }

    /// <inheritdoc/>
    public override Delegate Getter(int index, CurrentScores scores) =>
        isVector ? VectorGetter(scores) : (ValueGetter<float>)((ref float score) => score = scores()[0]);
}
