using Microsoft.ML.Cnn.Transforms;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>The columns that a classification trainer reads, once they are known to be of the right types.</summary>
/// <param name="Feature">A vector of Single of known size.</param>
/// <param name="Label">A key.</param>
/// <param name="Weight">A Single, or null for weights of 1.</param>
internal sealed record ExampleColumns(DataViewSchema.Column Feature, DataViewSchema.Column Label, DataViewSchema.Column? Weight)
{
    private const int MostClasses = 1 << 20;

    public VectorDataViewType FeatureType => (VectorDataViewType)Feature.Type;

    /// <summary>All but the pixels.</summary>
    public IEnumerable<DataViewSchema.Column> LabelAndWeight => Weight is { } weight ? [Label, weight] : [Label];

    /// <summary>Keys of the label.</summary>
    public int Classes => (int)((KeyDataViewType)Label.Type).Count;

    /// <summary>Finds and checks the columns of a data view.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is missing or of another type.</exception>
    public static ExampleColumns Find(DataViewSchema schema, CnnTrainerOptions options, string parameter)
    {
        DataViewSchema.Column feature = FeatureColumn.Find(schema, options.FeatureColumnName, parameter);
        DataViewSchema.Column label = ColumnSearch.Find(schema, "label", options.LabelColumnName, parameter);
        if (label.Type is not KeyDataViewType key)
        {
            throw LabelMismatch(label.Name, label.Type.ToString()!, parameter);
        }

        if (key.Count is < 2 or > MostClasses)
        {
            throw new ArgumentOutOfRangeException(
                parameter,
                $"Label column '{label.Name}' must have from 2 to {MostClasses:N0} keys, received {key.Count:N0}. What would work: MapValueToKey over data with all classes, which counts them."
            );
        }

        return new ExampleColumns(feature, label, options.ExampleWeightColumnName is null ? null : FindWeight(schema, options, parameter));
    }

    /// <summary>Checks the columns that an estimator is promised, and gives that of the label.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is missing or of another type.</exception>
    public static SchemaShape.Column CheckPromised(SchemaShape schema, CnnTrainerOptions options, string parameter)
    {
        _ = FeatureColumn.Find(schema, options.FeatureColumnName, parameter);
        SchemaShape.Column label = ColumnSearch.Find(schema, "label", options.LabelColumnName, parameter);
        if (label is not { IsKey: true, Kind: SchemaShape.Column.VectorKind.Scalar })
        {
            throw LabelMismatch(label.Name, ColumnSearch.Describe(label), parameter);
        }

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

    private static ArgumentOutOfRangeException LabelMismatch(string name, string received, string parameter) =>
        new(
            parameter,
            $"Label column '{name}' must be a key, received {received}. What would work: Conversion.MapValueToKey(\"{name}\") before the trainer."
        );

    private static ArgumentOutOfRangeException WeightMismatch(string name, string received, string parameter) =>
        new(
            parameter,
            $"Weight column '{name}' must be a Single, received {received}. What would work: Conversion.ConvertType before the trainer."
        );
}
