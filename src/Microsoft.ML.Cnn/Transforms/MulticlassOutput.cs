using System.Numerics.Tensors;
using Microsoft.ML.Cnn.Interop;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Transforms;

/// <summary>
/// The two columns that a multiclass model adds: the trainer promises them, the prediction transformer delivers them, and both must say the
/// same. PredictedLabel is a key with the label's own values; Score has one probability for each class.
/// </summary>
/// <param name="classes">How many.</param>
/// <param name="labels">What the classes stand for, where that is known.</param>
internal sealed class MulticlassOutput(int classes, LabelValues? labels) : ScoreColumns
{
    public const string PredictedLabel = "PredictedLabel";
    public const string Score = "Score";

    private const string SlotNames = "SlotNames";
    private const string TrainingLabelValues = "TrainingLabelValues";
    private const string Multiclass = "MulticlassClassification";

    /// <summary>The columns of an input, followed by what a model for the given label will add.</summary>
    public static SchemaShape Promise(SchemaShape input, SchemaShape.Column label)
    {
        List<SchemaShape.Column> ofLabel = [.. ScoreAnnotations.Promised];
        List<SchemaShape.Column> ofScore = [.. ScoreAnnotations.Promised];
        foreach (SchemaShape.Column values in label.Annotations.Where(annotation => annotation.Name == LabelValues.KeyValues))
        {
            PrimitiveDataViewType type = (PrimitiveDataViewType)values.ItemType;
            ofLabel.Add(SchemaColumns.Vector(LabelValues.KeyValues, type));
            ofScore.Add(SchemaColumns.Vector(TrainingLabelValues, type));
            if (type is TextDataViewType)
            {
                ofScore.Add(SchemaColumns.Vector(SlotNames, type));
            }
        }

        return new SchemaShape([
            .. input.Where(column => column.Name is not (PredictedLabel or Score)),
            SchemaColumns.Key(PredictedLabel, ofLabel),
            SchemaColumns.Vector(Score, NumberDataViewType.Single, ofScore),
        ]);
    }

    /// <inheritdoc/>
    public override DataViewSchema AppendTo(DataViewSchema input)
    {
        uint set = ScoreAnnotations.NextSetId(input);

        DataViewSchema.Annotations.Builder ofLabel = ScoreAnnotations.Of(set, Multiclass, PredictedLabel);
        labels?.AddTo(ofLabel, LabelValues.KeyValues);

        DataViewSchema.Annotations.Builder ofScore = ScoreAnnotations.Of(set, Multiclass, Score);
        labels?.AddTo(ofScore, TrainingLabelValues);
        if (labels is { IsText: true })
        {
            labels.AddTo(ofScore, SlotNames);
        }

        DataViewSchema.Builder schema = new();
        schema.AddColumns(input);
        schema.AddColumn(PredictedLabel, new KeyDataViewType(typeof(uint), classes), ofLabel.ToAnnotations());
        schema.AddColumn(Score, new VectorDataViewType(NumberDataViewType.Single, classes), ofScore.ToAnnotations());
        return schema.ToSchema();
    }

    /// <inheritdoc/>
    public override Delegate Getter(int index, CurrentScores scores) => index == 0 ? LabelGetter(scores) : VectorGetter(scores);

    private static ValueGetter<uint> LabelGetter(CurrentScores scores) =>
        (ref uint label) =>
        {
            // NaN where the pixels were: no key, which is 0.
            ReadOnlySpan<float> values = scores();
            label = float.IsNaN(values[0]) ? 0 : (uint)TensorPrimitives.IndexOfMax(values) + 1;
        };
}
