namespace Microsoft.ML.Cnn.Transforms;

/// <summary>A data view with the columns of a model beside its own. Nothing is computed until a cursor asks for a score.</summary>
internal sealed class ScoredView(BoundModel bound, IDataView source) : IDataView
{
    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => bound.OutputSchema;

    public long? GetRowCount() => source.GetRowCount();

    /// <summary>Threads that read and score at once for one cursor. The rows, their order and their scores do not depend on them.</summary>
    public int Shares { get; init; } = SharedReading.SharesOf(source.Schema);

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] columns = Checked(columnsNeeded);
        IEnumerable<DataViewSchema.Column> needed = bound.GetDependencies(columns);
        return Shares > 1 && columns.Any(bound.IsScore)
            ? new BatchScoringCursor(bound, source.GetRowCursorSet(needed, Shares, rand), bound.Active(columns), ahead: true)
            : Wrap(source.GetRowCursor(needed, rand), columns);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        DataViewSchema.Column[] columns = Checked(columnsNeeded);
        return [.. source.GetRowCursorSet(bound.GetDependencies(columns), n, rand).Select(input => Wrap(input, columns))];
    }

    private DataViewRowCursor Wrap(DataViewRowCursor input, DataViewSchema.Column[] columns)
    {
        bool[] active = bound.Active(columns);
        return columns.Any(bound.IsScore)
            ? new BatchScoringCursor(bound, [input], active, ahead: false)
            : new UnscoredCursor(bound, input, active);
    }

    private static DataViewSchema.Column[] Checked(IEnumerable<DataViewSchema.Column> columnsNeeded)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        return [.. columnsNeeded];
    }
}
