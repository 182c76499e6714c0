using Microsoft.ML.Cnn.Transforms;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>What labels a trainer takes, and what they say.</summary>
internal abstract class LabelRule
{
    /// <summary>Keys, which stand for classes.</summary>
    public static LabelRule Keys { get; } = new KeyRule();

    /// <summary>True and false: class 1 and class 0, which are the targets as well.</summary>
    public static LabelRule Booleans { get; } = new BooleanRule();

    /// <summary>Numbers or vectors of numbers, which are the targets.</summary>
    public static LabelRule Numbers { get; } = new NumberRule();

    /// <summary>Classes of a column's labels.</summary>
    public abstract int ClassesOf(DataViewType type);

    /// <summary>Numbers that a label has for outputs to be compared with.</summary>
    public abstract int TargetsOf(DataViewType type);

    /// <summary>A reader of the labels of rows.</summary>
    public abstract LabelReader Read(DataViewRow row, DataViewSchema.Column column);

    /// <exception cref="ArgumentOutOfRangeException">The column's labels are of another type.</exception>
    public void Check(DataViewSchema.Column column, string parameter)
    {
        if (!Accepts(column.Type))
        {
            throw Mismatch(column.Name, column.Type.ToString()!, parameter);
        }

        CheckCount(column, parameter);
    }

    /// <exception cref="ArgumentOutOfRangeException">The labels promised are of another type.</exception>
    public void Check(SchemaShape.Column column, string parameter)
    {
        if (!Accepts(column))
        {
            throw Mismatch(column.Name, ColumnSearch.Describe(column), parameter);
        }
    }

    protected abstract bool Accepts(DataViewType type);

    protected abstract bool Accepts(SchemaShape.Column column);

    /// <summary>What a label must be, and what makes it so of another column.</summary>
    protected abstract (string Type, string Remedy) Allowed(string name);

    protected virtual void CheckCount(DataViewSchema.Column column, string parameter) { }

    private ArgumentOutOfRangeException Mismatch(string name, string received, string parameter)
    {
        (string type, string remedy) = Allowed(name);
        return new ArgumentOutOfRangeException(
            parameter,
            $"Label column '{name}' must be {type}, received {received}. What would work: {remedy} before the trainer."
        );
    }

    private sealed class KeyRule : LabelRule
    {
        private const int MostClasses = 1 << 20;

        public override int ClassesOf(DataViewType type) => (int)((KeyDataViewType)type).Count;

        public override int TargetsOf(DataViewType type) => 0;

        public override LabelReader Read(DataViewRow row, DataViewSchema.Column column) =>
            new KeyLabelReader(row, column, (ulong)ClassesOf(column.Type));

        protected override bool Accepts(DataViewType type) => type is KeyDataViewType;

        protected override bool Accepts(SchemaShape.Column column) => column is { IsKey: true, Kind: SchemaShape.Column.VectorKind.Scalar };

        protected override (string Type, string Remedy) Allowed(string name) => ("a key", $"Conversion.MapValueToKey(\"{name}\")");

        protected override void CheckCount(DataViewSchema.Column column, string parameter)
        {
            ulong count = ((KeyDataViewType)column.Type).Count;
            if (count is < 2 or > MostClasses)
            {
                throw new ArgumentOutOfRangeException(
                    parameter,
                    $"Label column '{column.Name}' must have from 2 to {MostClasses:N0} keys, received {count:N0}. What would work: MapValueToKey over data with all classes, which counts them."
                );
            }
        }
    }

    private sealed class BooleanRule : LabelRule
    {
        public override int ClassesOf(DataViewType type) => 2;

        public override int TargetsOf(DataViewType type) => 1;

        public override LabelReader Read(DataViewRow row, DataViewSchema.Column column) => new BooleanLabelReader(row, column);

        protected override bool Accepts(DataViewType type) => type is BooleanDataViewType;

        protected override bool Accepts(SchemaShape.Column column) =>
            column is { IsKey: false, Kind: SchemaShape.Column.VectorKind.Scalar, ItemType: BooleanDataViewType };

        protected override (string Type, string Remedy) Allowed(string name) =>
            ("a Boolean", $"Conversion.ConvertType(\"{name}\", outputKind: DataKind.Boolean), or a CustomMapping,");
    }

    private sealed class NumberRule : LabelRule
    {
        public override int ClassesOf(DataViewType type) => 1;

        public override int TargetsOf(DataViewType type) => type is VectorDataViewType vector ? vector.Size : 1;

        public override LabelReader Read(DataViewRow row, DataViewSchema.Column column) =>
            column.Type is VectorDataViewType vector ? new VectorLabelReader(row, column, vector.Size) : new NumberLabelReader(row, column);

        protected override bool Accepts(DataViewType type) =>
            NumberDataViewType.Single.Equals(type is VectorDataViewType { Size: > 0 } vector ? vector.ItemType : type);

        protected override bool Accepts(SchemaShape.Column column) =>
            column is { IsKey: false, Kind: SchemaShape.Column.VectorKind.Scalar or SchemaShape.Column.VectorKind.Vector }
            && column.ItemType == NumberDataViewType.Single;

        protected override (string Type, string Remedy) Allowed(string name) =>
            ("a Single, or a vector of Single of known size", $"Conversion.ConvertType(\"{name}\")");
    }
}
