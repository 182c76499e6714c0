using Microsoft.Win32.SafeHandles;

namespace Microsoft.ML.Cnn.DataLoaders;

/// <summary>Gives the bytes of any row of an IDX file, to one thread.</summary>
internal sealed class IdxRowReader : IDisposable
{
    /// <summary>Large enough that a system call costs little beside its rows, small enough to stay in the cache.</summary>
    public const int BlockBytes = 64 << 10;

    private readonly IdxFile? _file;
    private readonly SafeFileHandle? _handle;
    private readonly long _dataOffset;
    private readonly bool _ownsHandle;
    private readonly int _rowBytes;
    private readonly long _rows;

    // Holds the rows [_first, _end).
    private readonly byte[] _block;
    private long _first;
    private long _end;

    /// <summary>Reads from memory: <paramref name="held"/> holds all rows.</summary>
    public IdxRowReader(IdxHeader header, byte[] held)
    {
        _rowBytes = header.RowBytes;
        _rows = header.Rows;
        _block = held;
        _end = _rows;
    }

    /// <summary>Reads from a file: a block of rows at a time, or row by row if they are wanted <paramref name="shuffled"/>.</summary>
    public IdxRowReader(IdxFile file, SafeFileHandle handle, long dataOffset, bool ownsHandle, bool shuffled)
    {
        _file = file;
        _handle = handle;
        _dataOffset = dataOffset;
        _ownsHandle = ownsHandle;
        _rowBytes = file.Header.RowBytes;
        _rows = file.Header.Rows;
        _block = new byte[shuffled ? _rowBytes : _rowBytes * RowsInBlock(_rowBytes)];
    }

    public static int RowsInBlock(int rowBytes) => Math.Max(1, BlockBytes / rowBytes);

    /// <summary>The bytes of a row, valid until the next call.</summary>
    public ReadOnlySpan<byte> Row(long row)
    {
        if (row < _first || row >= _end)
        {
            Load(row);
        }

        return _block.AsSpan((int)(row - _first) * _rowBytes, _rowBytes);
    }

    public void Dispose()
    {
        if (_ownsHandle)
        {
            _handle?.Dispose();
        }
    }

    private void Load(long row)
    {
        _first = row;
        _end = row;
        long rows = Math.Min(_block.Length / _rowBytes, _rows - row);
        Span<byte> rest = _block.AsSpan(0, (int)rows * _rowBytes);
        long offset = _dataOffset + (row * _rowBytes);
        while (rest.Length > 0)
        {
            int got = RandomAccess.Read(_handle!, rest, offset);
            if (got == 0)
            {
                throw _file!.EndsEarly(offset);
            }

            rest = rest[got..];
            offset += got;
        }

        _end = row + rows;
    }
}
