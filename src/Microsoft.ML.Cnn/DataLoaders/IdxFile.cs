using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace Microsoft.ML.Cnn.DataLoaders;

/// <summary>
/// An IDX file, plain or compressed with gzip (its first bytes tell, not its name), whose rows are read in any order by any number of
/// readers at once.
/// </summary>
/// <remarks>
/// <para>
/// Memory does not grow with the number of rows. A plain file is read where it lies. A compressed one cannot be: a row is only found by
/// decompressing all rows before it, which a shuffled pass would do for each row. So the first reader decompresses it, once for all
/// readers, into a temporary file without a name, which vanishes with this object or with the process.
/// </para>
/// <para>
/// What is small, plain or not, is held in memory instead: labels take one byte each, and a system call for each would cost more
/// than the label.
/// </para>
/// </remarks>
internal sealed class IdxFile
{
    public const int HeldBytes = 4 << 20;

    // A match of deflate stands for at most 258 bytes and takes at least two bits.
    private const long MaxCompression = 1032;

    private readonly bool _compressed;
    private readonly Lock _lock = new();
    private byte[]? _held;
    private SafeFileHandle? _unpacked;

    private IdxFile(string path, IdxHeader header, bool compressed)
    {
        Path = path;
        Header = header;
        _compressed = compressed;
    }

    public string Path { get; }

    public IdxHeader Header { get; }

    /// <summary>Reads the header, and checks what it says against the length of the file; no row is read yet.</summary>
    /// <exception cref="IdxFormatException">The file is missing, is no IDX file, or cannot hold what its header says.</exception>
    public static IdxFile Open(string path)
    {
        using FileStream stored = new(OpenStored(path), FileAccess.Read);
        bool compressed = IsGzip(stored);
        IdxHeader header = ReadContent(path, stored, compressed, content => IdxHeader.Read(content, path));
        if (!compressed && stored.Length != header.FileBytes)
        {
            throw WrongLength(path, header, stored.Length);
        }

        if (compressed && stored.Length < header.FileBytes / MaxCompression)
        {
            throw new IdxFormatException(
                path,
                $"its header says {header}, which takes {header.FileBytes} bytes; {stored.Length} bytes of gzip hold at most "
                    + $"{stored.Length * MaxCompression}"
            );
        }

        return new IdxFile(path, header, compressed);
    }

    /// <summary>A reader of one thread. The first one decompresses the file, if that is needed.</summary>
    /// <exception cref="IdxFormatException">The file is damaged, or is not the same any more.</exception>
    public IdxRowReader OpenRows(bool shuffled)
    {
        lock (_lock)
        {
            if (_held is null && Header.DataBytes <= HeldBytes)
            {
                _held = Hold();
            }
            else if (_held is null && _unpacked is null && _compressed)
            {
                _unpacked = Unpack();
            }
        }

        if (_held is not null)
        {
            return new IdxRowReader(Header, _held);
        }

        return _unpacked is not null
            ? new IdxRowReader(this, _unpacked, dataOffset: 0, ownsHandle: false, shuffled)
            : new IdxRowReader(this, OpenAgain(shuffled), Header.Bytes, ownsHandle: true, shuffled);
    }

    internal IdxFormatException EndsEarly(long fileBytes) => WrongLength(Path, Header, fileBytes);

    private SafeFileHandle OpenAgain(bool shuffled)
    {
        SafeFileHandle handle = OpenStored(Path, shuffled ? FileOptions.RandomAccess : FileOptions.SequentialScan);
        long length = RandomAccess.GetLength(handle);
        if (length == Header.FileBytes)
        {
            return handle;
        }

        handle.Dispose();
        throw WrongLength(Path, Header, length);
    }

    private byte[] Hold()
    {
        byte[] rows = new byte[Header.DataBytes];
        CopyRows((block, offset) => block.CopyTo(rows.AsSpan((int)offset)));
        return rows;
    }

    private SafeFileHandle Unpack()
    {
        SafeFileHandle rows = CreateNameless();
        try
        {
            CopyRows((block, offset) => RandomAccess.Write(rows, block, offset));
            return rows;
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    /// <summary>Hands all bytes after the header, which are as many as it says, to <paramref name="write"/> with their offset.</summary>
    private void CopyRows(Action<ReadOnlySpan<byte>, long> write)
    {
        using FileStream stored = new(OpenStored(Path, FileOptions.SequentialScan), FileAccess.Read);
        ReadContent(
            Path,
            stored,
            _compressed,
            content =>
            {
                IdxHeader header = IdxHeader.Read(content, Path);
                if (!header.SameAs(Header))
                {
                    throw new IdxFormatException(Path, $"it was changed: it held {Header} when it was loaded, and now {header}");
                }

                byte[] block = new byte[IdxRowReader.BlockBytes];
                for (long offset = 0; offset < header.DataBytes; )
                {
                    int want = (int)Math.Min(block.Length, header.DataBytes - offset);
                    int got = content.ReadAtLeast(block.AsSpan(0, want), want, throwOnEndOfStream: false);
                    write(block.AsSpan(0, got), offset);
                    offset += got;
                    if (got < want)
                    {
                        throw WrongLength(Path, header, header.Bytes + offset);
                    }
                }

                // This also has the checksum at the end of a compressed file checked.
                return content.ReadByte() < 0 ? header : throw WrongLength(Path, header, fileBytes: null);
            }
        );
    }

    private static SafeFileHandle CreateNameless()
    {
        string path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName());
        FileOptions vanish = OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None;
        SafeFileHandle handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, vanish);
        if (!OperatingSystem.IsWindows())
        {
            // A file in use keeps its bytes here, and loses only its name: so it goes whatever way the process ends.
            File.Delete(path);
        }

        return handle;
    }

    private static SafeFileHandle OpenStored(string path, FileOptions options = FileOptions.None)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, options);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IdxFormatException(path, $"there is no such file; the full path is '{System.IO.Path.GetFullPath(path)}'", missing);
        }
        catch (UnauthorizedAccessException folder) when (Directory.Exists(path))
        {
            throw new IdxFormatException(path, "it is a folder; the path of a file is expected", folder);
        }
    }

    private static bool IsGzip(FileStream stored)
    {
        Span<byte> start = stackalloc byte[2];
        int got = stored.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stored.Position = 0;
        return got == start.Length && start[0] == 0x1F && start[1] == 0x8B;
    }

    private static T ReadContent<T>(string path, FileStream stored, bool compressed, Func<Stream, T> read)
    {
        if (!compressed)
        {
            return read(stored);
        }

        try
        {
            using GZipStream content = new(stored, CompressionMode.Decompress, leaveOpen: true);
            return read(content);
        }
        catch (Exception damage) when (damage is InvalidDataException or EndOfStreamException)
        {
            throw new IdxFormatException(path, $"its gzip compression is damaged or cut off ({damage.Message.TrimEnd('.')})", damage);
        }
    }

    // Null: there is more than there should be, and how much more is not worth decompressing.
    private static IdxFormatException WrongLength(string path, IdxHeader header, long? fileBytes)
    {
        string found = fileBytes switch
        {
            null => "it goes on after that",
            long bytes when bytes < header.FileBytes => $"it ends after {bytes}",
            long bytes => $"it has {bytes}",
        };
        return new IdxFormatException(path, $"its header says {header}, which takes {header.FileBytes} bytes, but {found}");
    }
}
