using Microsoft.ML.Cnn.Interop;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Tests.Interop;

public class SchemaColumnsTests
{
    private static readonly SchemaShape.Column SlotNames = SchemaColumns.Vector("SlotNames", TextDataViewType.Instance);

    [Fact]
    public void A_scalar_column_is_promised_as_one_value()
    {
        SchemaShape.Column column = SchemaColumns.Scalar("Weight", NumberDataViewType.Single);
        Assert.Equal(("Weight", SchemaShape.Column.VectorKind.Scalar, false), (column.Name, column.Kind, column.IsKey));
        Assert.Equal(NumberDataViewType.Single, column.ItemType);
        Assert.Empty(column.Annotations);
    }

    [Fact]
    public void A_key_column_is_promised_as_a_key_of_32_bits()
    {
        SchemaShape.Column column = SchemaColumns.Key("PredictedLabel", SlotNames);
        Assert.Equal((SchemaShape.Column.VectorKind.Scalar, true), (column.Kind, column.IsKey));
        Assert.Equal(NumberDataViewType.UInt32, column.ItemType);
        Assert.Equal("SlotNames", Assert.Single(column.Annotations).Name);
    }

    [Fact]
    public void A_vector_column_is_promised_with_its_annotations()
    {
        SchemaShape.Column column = SchemaColumns.Vector("Score", NumberDataViewType.Single, SlotNames);
        Assert.Equal((SchemaShape.Column.VectorKind.Vector, false), (column.Kind, column.IsKey));
        Assert.Equal(TextDataViewType.Instance, Assert.Single(column.Annotations).ItemType);
    }

    [Fact]
    public void Other_annotations_change_nothing_else()
    {
        SchemaShape.Column column = SchemaColumns.Key("Label").WithAnnotations(SlotNames);
        Assert.Equal(("Label", true), (column.Name, column.IsKey));
        Assert.Single(column.Annotations);
    }
}
