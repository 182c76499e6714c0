using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.DataLoaders;

/// <summary>
/// One of <c>parts</c> cursors over the rows of IDX files. The order of the rows (as in the file, or shuffled) is cut into batches of equal
/// size, and part i takes the batches i, i + parts, i + 2 parts and so on: each row belongs to one cursor, and whoever draws
/// from the cursor with the smallest batch first has the order back.
/// </summary>
internal sealed class IdxCursor : DataViewRowCursor
{
    private readonly IdxDataView _view;
    private readonly RowPermutation? _order;
    private readonly int _parts;

    // Of each column; null if it is not active.
    private readonly IdxRowReader?[] _readers;

    private long _next;
    private long _place;
    private long _row = -1;
    private long _passed;
    private bool _done;

    public IdxCursor(IdxDataView view, bool[] active, RowPermutation? order, int part, int parts)
    {
        _view = view;
        _order = order;
        _parts = parts;
        _next = (long)part * view.BatchRows;
        _place = _next;
        _readers = new IdxRowReader?[active.Length];
        try
        {
            for (int i = 0; i < active.Length; i++)
            {
                _readers[i] = active[i] ? view.Files[i].OpenRows(shuffled: order is not null) : null;
            }
        }
        catch
        {
            CloseReaders();
            throw;
        }
    }

    public override DataViewSchema Schema => _view.Schema;

    public override long Position => _row < 0 ? -1 : _passed - 1;

    public override long Batch => _place / _view.BatchRows;

    public override bool IsColumnActive(DataViewSchema.Column column) => ReaderOf(column) is not null;

    public override bool MoveNext()
    {
        if (_done || _next >= _view.Rows)
        {
            _done = true;
            _row = -1;
            return false;
        }

        _place = _next++;
        if (_next % _view.BatchRows == 0)
        {
            _next += (long)(_parts - 1) * _view.BatchRows;
        }

        _row = _order is null ? _place : _order[_place];
        _passed++;
        return true;
    }

    /// <summary>A row keeps its id, which is its number in the file, in every cursor.</summary>
    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)CurrentRow(), 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        IdxRowReader reader =
            ReaderOf(column)
            ?? throw new InvalidOperationException(
                $"Column '{column.Name}' is not active in this cursor; name it among the columns needed when the cursor is made."
            );
        DataViewType type = Schema[column.Index].Type;
        IdxHeader header = _view.Files[column.Index].Header;
        Delegate getter =
            type is VectorDataViewType ? ImageGetter(reader, header)
            : type is NumberDataViewType { RawType: var raw } && raw == typeof(int) ? IntegerGetter(reader, header)
            : SingleGetter(reader, header);
        return getter as ValueGetter<TValue>
            ?? throw new InvalidOperationException(
                $"Column '{column.Name}' is of type {type}, values of {type.RawType}; a getter of {typeof(TValue)} was asked for."
            );
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _done = true;
            _row = -1;
            CloseReaders();
        }

        base.Dispose(disposing);
    }

    private ValueGetter<VBuffer<float>> ImageGetter(IdxRowReader reader, IdxHeader header) =>
        (ref VBuffer<float> image) =>
        {
            ReadOnlySpan<byte> raw = reader.Row(CurrentRow());
            VBufferEditor<float> editor = VBufferEditor.Create(ref image, header.RowElements);
            header.Element.ToSingle(raw, editor.Values);
            image = editor.Commit();
        };

    private ValueGetter<int> IntegerGetter(IdxRowReader reader, IdxHeader header) =>
        (ref int label) => label = header.Element.ToInt32(reader.Row(CurrentRow()));

    private ValueGetter<float> SingleGetter(IdxRowReader reader, IdxHeader header) =>
        (ref float label) => header.Element.ToSingle(reader.Row(CurrentRow()), new Span<float>(ref label));

    private long CurrentRow() =>
        _row >= 0
            ? _row
            : throw new InvalidOperationException(
                _done ? "The cursor is past its last row, or disposed." : "The cursor is before its first row; call MoveNext first."
            );

    private IdxRowReader? ReaderOf(DataViewSchema.Column column) =>
        column.Index < _readers.Length
            ? _readers[column.Index]
            : throw new ArgumentOutOfRangeException(
                nameof(column),
                $"There is no column '{column.Name}' at {column.Index} here; the columns are {string.Join(", ", Schema)}."
            );

    private void CloseReaders()
    {
        foreach (IdxRowReader? reader in _readers)
        {
            reader?.Dispose();
        }
    }
}
