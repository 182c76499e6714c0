using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Transforms;

/// <summary>What is asked of the column of pixels: a vector of Single, or of bytes where those will do, of a known size.</summary>
internal static class FeatureColumn
{
    /// <summary>The column of pixels among those promised to an estimator.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none of that name, or it is of another type.</exception>
    public static SchemaShape.Column Find(SchemaShape schema, string name, string parameter, bool acceptsBytes = false)
    {
        SchemaShape.Column column = ColumnSearch.Find(schema, "feature", name, parameter);
        return column is { Kind: SchemaShape.Column.VectorKind.Vector, IsKey: false } && IsPixel(column.ItemType, acceptsBytes)
            ? column
            : throw Mismatch(name, ColumnSearch.Describe(column), parameter, acceptsBytes);
    }

    /// <summary>The column of pixels of a data view.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none of that name, or it is of another type.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name, string parameter, bool acceptsBytes = false)
    {
        DataViewSchema.Column column = ColumnSearch.Find(schema, "feature", name, parameter);
        return column.Type is VectorDataViewType { Size: > 0 } vector && IsPixel(vector.ItemType, acceptsBytes)
            ? column
            : throw Mismatch(name, column.Type.ToString()!, parameter, acceptsBytes);
    }

    /// <summary>Whether a column's pixels are as many, and lie in the same order, as those that were trained on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They do not.</exception>
    public static void CheckAgainst(VectorDataViewType trained, DataViewSchema.Column column, string parameter)
    {
        VectorDataViewType received = (VectorDataViewType)column.Type;
        if (received.Size != trained.Size)
        {
            throw new ArgumentOutOfRangeException(
                parameter,
                $"Feature column '{column.Name}' must have {trained.Size} values a row, as the {trained} that the model was trained on, received {received}."
            );
        }

        // A flat vector may hold anything; sides of 1 do not move a pixel.
        int[] sides = Sides(received);
        if (sides.Length > 1 && Sides(trained) is { Length: > 1 } trainedSides && !sides.SequenceEqual(trainedSides))
        {
            throw new ArgumentOutOfRangeException(
                parameter,
                $"The pixels of feature column '{column.Name}' lie in another order than those that the model was trained on: trained on {trained}, received {received}. "
                    + "What would work: the same interleavePixelColors in ExtractPixels as in training."
            );
        }
    }

    private static int[] Sides(VectorDataViewType type) => [.. type.Dimensions.Where(side => side > 1)];

    private static bool IsPixel(DataViewType type, bool acceptsBytes) =>
        type.Equals(NumberDataViewType.Single) || (acceptsBytes && type.Equals(NumberDataViewType.Byte));

    private static ArgumentOutOfRangeException Mismatch(string name, string received, string parameter, bool acceptsBytes) =>
        new(
            parameter,
            $"Feature column '{name}' must be a vector of Single{(acceptsBytes ? " or Byte" : "")} of known size, received {received}. "
                + "What would work: ResizeImages before ExtractPixels, which gives images of one size; ConvertType to Single where the pixels are bytes or other numbers; "
                + "[VectorType(height, width, channels)] on the member of a class."
        );
}
