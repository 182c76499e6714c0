using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Tests.Testing;

/// <summary>A data view that counts its cursors, and how often a value of a column is asked for.</summary>
internal sealed class CountedView(IDataView source, string counted) : IDataView
{
    private int opened;
    private int closed;
    private int read;

    public int Opened => Volatile.Read(ref opened);

    public int Closed => Volatile.Read(ref closed);

    public int Read => Volatile.Read(ref read);

    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, source.GetRowCursor(columnsNeeded, rand));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [.. source.GetRowCursorSet(columnsNeeded, n, rand).Select(cursor => new Cursor(this, cursor))];

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly CountedView view;
        private readonly DataViewRowCursor cursor;

        public Cursor(CountedView view, DataViewRowCursor cursor)
        {
            (this.view, this.cursor) = (view, cursor);
            Interlocked.Increment(ref view.opened);
        }

        public override DataViewSchema Schema => cursor.Schema;

        public override long Position => cursor.Position;

        public override long Batch => cursor.Batch;

        public override bool MoveNext() => cursor.MoveNext();

        public override bool IsColumnActive(DataViewSchema.Column column) => cursor.IsColumnActive(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => cursor.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            ValueGetter<TValue> get = cursor.GetGetter<TValue>(column);
            return column.Name != view.Counted
                ? get
                : (ref TValue value) =>
                {
                    Interlocked.Increment(ref view.read);
                    get(ref value);
                };
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                cursor.Dispose();
                Interlocked.Increment(ref view.closed);
            }

            base.Dispose(disposing);
        }
    }

    private string Counted => counted;
}
