using Microsoft.ML.Cnn.Transforms;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>The columns that a trainer reads, once they are known to be of the right types.</summary>
/// <param name="Feature">A vector of Single of known size.</param>
/// <param name="Label">Of a type that the rule takes.</param>
/// <param name="Weight">A Single, or null for weights of 1.</param>
/// <param name="Rule">What the labels say.</param>
internal sealed record ExampleColumns(
    DataViewSchema.Column Feature,
    DataViewSchema.Column Label,
    DataViewSchema.Column? Weight,
    LabelRule Rule
)
{
    public VectorDataViewType FeatureType => (VectorDataViewType)Feature.Type;

    /// <summary>All but the pixels.</summary>
    public IEnumerable<DataViewSchema.Column> LabelAndWeight => Weight is { } weight ? [Label, weight] : [Label];

    /// <summary>Classes of the label; 1 where labels are numbers.</summary>
    public int Classes => Rule.ClassesOf(Label.Type);

    /// <summary>Numbers of a label that outputs are compared with.</summary>
    public int Targets => Rule.TargetsOf(Label.Type);

    /// <summary>Finds and checks the columns of a data view.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is missing or of another type.</exception>
    public static ExampleColumns Find(DataViewSchema schema, CnnTrainerOptions options, string parameter)
    {
        DataViewSchema.Column feature = FeatureColumn.Find(schema, options.FeatureColumnName, parameter);
        DataViewSchema.Column label = ColumnSearch.Find(schema, "label", options.LabelColumnName, parameter);
        options.LabelRule.Check(label, parameter);
        return new ExampleColumns(
            feature,
            label,
            options.ExampleWeightColumnName is null ? null : FindWeight(schema, options, parameter),
            options.LabelRule
        );
    }

    /// <summary>Checks the columns that an estimator is promised, and gives that of the label.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is missing or of another type.</exception>
    public static SchemaShape.Column CheckPromised(SchemaShape schema, CnnTrainerOptions options, string parameter)
    {
        _ = FeatureColumn.Find(schema, options.FeatureColumnName, parameter);
        SchemaShape.Column label = ColumnSearch.Find(schema, "label", options.LabelColumnName, parameter);
        options.LabelRule.Check(label, parameter);
        if (options.ExampleWeightColumnName is { } name)
        {
            SchemaShape.Column weight = ColumnSearch.Find(schema, "weight", name, parameter);
            if (weight is not { IsKey: false, Kind: SchemaShape.Column.VectorKind.Scalar } || weight.ItemType != NumberDataViewType.Single)
            {
                throw WeightMismatch(name, ColumnSearch.Describe(weight), parameter);
            }
        }

        return label;
    }

    private static DataViewSchema.Column FindWeight(DataViewSchema schema, CnnTrainerOptions options, string parameter)
    {
        DataViewSchema.Column weight = ColumnSearch.Find(schema, "weight", options.ExampleWeightColumnName!, parameter);
        return weight.Type == NumberDataViewType.Single ? weight : throw WeightMismatch(weight.Name, weight.Type.ToString()!, parameter);
    }

    private static ArgumentOutOfRangeException WeightMismatch(string name, string received, string parameter) =>
        new(
            parameter,
            $"Weight column '{name}' must be a Single, received {received}. What would work: Conversion.ConvertType before the trainer."
        );
}
