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
    private const string ScoreColumnSetId = "ScoreColumnSetId";
    private const string ScoreColumnKind = "ScoreColumnKind";
    private const string ScoreValueKind = "ScoreValueKind";
    private const string Multiclass = "MulticlassClassification";

    /// <summary>The columns of an input, followed by what a model for the given label will add.</summary>
    public static SchemaShape Promise(SchemaShape input, SchemaShape.Column label)
    {
        SchemaShape.Column[] common =
        [
            SchemaColumns.Key(ScoreColumnSetId),
            SchemaColumns.Scalar(ScoreColumnKind, TextDataViewType.Instance),
            SchemaColumns.Scalar(ScoreValueKind, TextDataViewType.Instance),
        ];
        List<SchemaShape.Column> ofLabel = [.. common];
        List<SchemaShape.Column> ofScore = [.. common];
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
        uint set = NextSetId(input);

        DataViewSchema.Annotations.Builder ofLabel = Common(set, PredictedLabel);
        labels?.AddTo(ofLabel, LabelValues.KeyValues);

        DataViewSchema.Annotations.Builder ofScore = Common(set, Score);
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

    private static DataViewSchema.Annotations.Builder Common(uint set, string valueKind)
    {
        DataViewSchema.Annotations.Builder annotations = new();
        annotations.Add(
            ScoreColumnSetId,
            new KeyDataViewType(typeof(uint), int.MaxValue),
            (ValueGetter<uint>)((ref uint value) => value = set)
        );
        AddText(annotations, ScoreColumnKind, Multiclass);
        AddText(annotations, ScoreValueKind, valueKind);
        return annotations;
    }

    private static void AddText(DataViewSchema.Annotations.Builder annotations, string name, string text) =>
        annotations.Add(
            name,
            TextDataViewType.Instance,
            (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = text.AsMemory())
        );

    /// <summary>ML.NET numbers the columns of scores of one view, so that evaluators take those that belong together.</summary>
    private static uint NextSetId(DataViewSchema schema)
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
}
