using Microsoft.ML.Cnn.Interop;
using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Transforms;

/// <summary>
/// The three columns that a binary model adds, named and typed as those of ML.NET's binary trainers: PredictedLabel, whether the score is above 0; Score, the output before
/// the sigmoid; and Probability, the sigmoid of it.
/// </summary>
internal sealed class BinaryOutput : ScoreColumns
{
    private const string PredictedLabel = "PredictedLabel";
    private const string Score = "Score";
    private const string Probability = "Probability";
    private const string IsNormalized = "IsNormalized";
    private const string Binary = "BinaryClassification";

    /// <summary>The columns of an input, followed by what a model will add.</summary>
    public static SchemaShape Promise(SchemaShape input) =>
        new([
            .. input.Where(column => column.Name is not (PredictedLabel or Score or Probability)),
            SchemaColumns.Scalar(PredictedLabel, BooleanDataViewType.Instance, ScoreAnnotations.Promised),
            SchemaColumns.Scalar(Score, NumberDataViewType.Single, ScoreAnnotations.Promised),
            SchemaColumns.Scalar(
                Probability,
                NumberDataViewType.Single,
                [.. ScoreAnnotations.Promised, SchemaColumns.Scalar(IsNormalized, BooleanDataViewType.Instance)]
            ),
        ]);

    /// <summary>Without the sigmoid, which has no way back for great scores.</summary>
    public override CnnModel Scored(CnnModel trained) => new(trained.Description with { Output = ModelOutput.Values }, trained.Store);

    /// <inheritdoc/>
    public override DataViewSchema AppendTo(DataViewSchema input)
    {
        uint set = ScoreAnnotations.NextSetId(input);
        DataViewSchema.Annotations.Builder ofProbability = ScoreAnnotations.Of(set, Binary, Probability);
        ofProbability.Add(IsNormalized, BooleanDataViewType.Instance, (ValueGetter<bool>)((ref bool value) => value = true));

        DataViewSchema.Builder schema = new();
        schema.AddColumns(input);
        schema.AddColumn(PredictedLabel, BooleanDataViewType.Instance, ScoreAnnotations.Of(set, Binary, PredictedLabel).ToAnnotations());
        schema.AddColumn(Score, NumberDataViewType.Single, ScoreAnnotations.Of(set, Binary, Score).ToAnnotations());
        schema.AddColumn(Probability, NumberDataViewType.Single, ofProbability.ToAnnotations());
        return schema.ToSchema();
    }

    /// <inheritdoc/>
    public override Delegate Getter(int index, CurrentScores scores) =>
        index switch
        {
            0 => (ValueGetter<bool>)((ref bool label) => label = scores()[0] > 0),
            1 => (ValueGetter<float>)((ref float score) => score = scores()[0]),
            _ => (ValueGetter<float>)((ref float probability) => probability = Logistic.Of(scores()[0])),
        };
}
