using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.DataLoaders;

/// <summary>Images, and labels if there are any, of IDX files, read as they are asked for.</summary>
internal sealed class IdxDataView : IDataView
{
    // In the order of the schema.
    private readonly IdxFile[] _files;

    private IdxDataView(IdxFile images, string featureColumnName, IdxFile? labels, string? labelColumnName)
    {
        DataViewSchema.Builder schema = new();
        schema.AddColumn(featureColumnName, ImageType(images.Header));
        _files = [images];
        if (labels is not null)
        {
            schema.AddColumn(labelColumnName, labels.Header.Element.IsInteger() ? NumberDataViewType.Int32 : NumberDataViewType.Single);
            _files = [images, labels];
        }

        Schema = schema.ToSchema();
        BatchRows = IdxRowReader.RowsInBlock(images.Header.RowBytes);
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => true;

    internal long Rows => _files[0].Header.Rows;

    /// <summary>Rows that one cursor of a set reads in sequence before it leaves as many to each of the others.</summary>
    internal int BatchRows { get; }

    internal IReadOnlyList<IdxFile> Files => _files;

    /// <exception cref="IdxFormatException">One of the files cannot be loaded, or they do not fit together.</exception>
    public static IdxDataView Load(string imagesPath, string featureColumnName) =>
        new(IdxFile.Open(imagesPath), featureColumnName, labels: null, labelColumnName: null);

    /// <exception cref="IdxFormatException">One of the files cannot be loaded, or they do not fit together.</exception>
    public static IdxDataView Load(string imagesPath, string featureColumnName, string labelsPath, string labelColumnName)
    {
        IdxFile images = IdxFile.Open(imagesPath);
        IdxFile labels = IdxFile.Open(labelsPath);
        if (labels.Header.Sizes.Length != 1)
        {
            throw new IdxFormatException(
                labelsPath,
                $"it holds {labels.Header}; labels have one dimension. The path of the images comes first, that of the labels second"
            );
        }

        if (labels.Header.Rows != images.Header.Rows)
        {
            throw new IdxFormatException(
                labelsPath,
                $"it holds {labels.Header.Rows} labels, but '{imagesPath}' holds {images.Header.Rows} images; each image needs one label"
            );
        }

        return new IdxDataView(images, featureColumnName, labels, labelColumnName);
    }

    public long? GetRowCount() => Rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        GetRowCursorSet(columnsNeeded, 1, rand)[0];

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        bool[] active = ActiveColumns(columnsNeeded);
        RowPermutation? order = rand is null ? null : new RowPermutation(Rows, rand);
        long batches = ((Rows - 1) / BatchRows) + 1;
        DataViewRowCursor[] cursors = new DataViewRowCursor[Math.Clamp(n, 1, batches)];
        try
        {
            for (int i = 0; i < cursors.Length; i++)
            {
                cursors[i] = new IdxCursor(this, active, order, i, cursors.Length);
            }
        }
        catch
        {
            foreach (DataViewRowCursor? opened in cursors)
            {
                opened?.Dispose();
            }

            throw;
        }

        return cursors;
    }

    private bool[] ActiveColumns(IEnumerable<DataViewSchema.Column> columnsNeeded)
    {
        bool[] active = new bool[Schema.Count];
        foreach (DataViewSchema.Column column in columnsNeeded)
        {
            if (column.Index >= Schema.Count || column.Name != Schema[column.Index].Name)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(columnsNeeded),
                    $"There is no column '{column.Name}' at {column.Index} here; the columns are {string.Join(", ", Schema)}."
                );
            }

            active[column.Index] = true;
        }

        return active;
    }

    private static VectorDataViewType ImageType(IdxHeader header)
    {
        int[] dimensions = [.. header.Sizes[1..].Select(size => (int)size)];

        // An image has a height and a width: a row of numbers is one line high, and a single number is one pixel.
        return new VectorDataViewType(
            NumberDataViewType.Single,
            dimensions.Length switch
            {
                0 => [1, 1],
                1 => [1, dimensions[0]],
                _ => dimensions,
            }
        );
    }
}
