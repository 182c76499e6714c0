namespace Microsoft.ML.Cnn.Transforms;

/// <summary>A data view with the columns of a model beside its own. Nothing is computed until a cursor asks for a score.</summary>
internal sealed class ScoredView(BoundModel bound, IDataView source) : IDataView
{
    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => bound.OutputSchema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] columns = Checked(columnsNeeded);
        return Wrap(source.GetRowCursor(bound.GetDependencies(columns), rand), columns);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        DataViewSchema.Column[] columns = Checked(columnsNeeded);
        return [.. source.GetRowCursorSet(bound.GetDependencies(columns), n, rand).Select(input => Wrap(input, columns))];
    }

    private DataViewRowCursor Wrap(DataViewRowCursor input, DataViewSchema.Column[] columns)
    {
        bool[] active = bound.Active(columns);
        return columns.Any(bound.IsScore) ? new BatchScoringCursor(bound, input, active) : new UnscoredCursor(bound, input, active);
    }

    private static DataViewSchema.Column[] Checked(IEnumerable<DataViewSchema.Column> columnsNeeded)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        return [.. columnsNeeded];
    }
}
