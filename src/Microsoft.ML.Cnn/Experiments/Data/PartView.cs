using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Experiments.Data;

/// <summary>Those rows of a view that belong to a part of it, by their identity, in the order of the view.</summary>
/// <param name="source">All rows.</param>
/// <param name="parts">Which row belongs where.</param>
/// <param name="belongs">Whether rows of a part belong to this one.</param>
internal sealed class PartView(IDataView source, StratifiedParts parts, Func<int, bool> belongs) : IDataView
{
    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, source.GetRowCursor(WithLabel(columnsNeeded), rand));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [.. source.GetRowCursorSet(WithLabel(columnsNeeded), n, rand).Select(cursor => new Cursor(this, cursor))];

    private IEnumerable<DataViewSchema.Column> WithLabel(IEnumerable<DataViewSchema.Column> columns) =>
        parts.Label is { } label ? columns.Append(label).DistinctBy(column => column.Index) : columns;

    private bool Has(int classOfRow, DataViewRowId id) => belongs(parts.Of(classOfRow, id));

    private Func<int> ClassReader(DataViewRow row) => StratifiedParts.ClassReader(row, parts.Label);

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly PartView view;
        private readonly DataViewRowCursor cursor;
        private readonly ValueGetter<DataViewRowId> readId;
        private readonly Func<int> readClass;
        private long position = -1;

        public Cursor(PartView view, DataViewRowCursor cursor)
        {
            (this.view, this.cursor) = (view, cursor);
            readId = cursor.GetIdGetter();
            readClass = view.ClassReader(cursor);
        }

        public override DataViewSchema Schema => cursor.Schema;

        public override long Position => position;

        public override long Batch => cursor.Batch;

        public override bool MoveNext()
        {
            while (cursor.MoveNext())
            {
                DataViewRowId id = default;
                readId(ref id);
                if (view.Has(readClass(), id))
                {
                    position++;
                    return true;
                }
            }

            position = -1;
            return false;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => cursor.IsColumnActive(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => cursor.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => cursor.GetGetter<TValue>(column);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                cursor.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
