using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Microsoft.ML.Cnn.DataLoaders;

/// <summary>
/// What an IDX file says about itself: two zero bytes, the type of its elements, the number of its dimensions, then the size of each
/// (four bytes, big-endian), the first being the number of rows. Whoever holds one knows that its sizes are at least one and that no
/// product of them overflows.
/// </summary>
internal sealed class IdxHeader
{
    public const int MaxRank = 4;

    // Half a billion bytes of float: more than any image, and far from where lengths of arrays end.
    private const long MaxRowElements = 1 << 27;

    private IdxHeader(IdxElement element, ImmutableArray<long> sizes, long dataBytes)
    {
        Element = element;
        Sizes = sizes;
        DataBytes = dataBytes;
        RowBytes = (int)(dataBytes / sizes[0]);
    }

    public IdxElement Element { get; }

    /// <summary>Rows, then the dimensions of one row, if it has any.</summary>
    public ImmutableArray<long> Sizes { get; }

    public long Rows => Sizes[0];

    public int RowBytes { get; }

    public int RowElements => RowBytes / Element.Size();

    /// <summary>Bytes of the header itself.</summary>
    public int Bytes => 4 + (4 * Sizes.Length);

    /// <summary>Bytes of all rows.</summary>
    public long DataBytes { get; }

    /// <summary>Bytes of the whole file, when it is not compressed.</summary>
    public long FileBytes => Bytes + DataBytes;

    public bool SameAs(IdxHeader other) => Element == other.Element && Sizes.SequenceEqual(other.Sizes);

    /// <summary>Such as <c>60000 x 28 x 28 values of type UnsignedByte</c>.</summary>
    public override string ToString() => $"{string.Join(" x ", Sizes)} values of type {Element}";

    /// <exception cref="IdxFormatException">There is no header, or none that can be true.</exception>
    public static IdxHeader Read(Stream content, string path)
    {
        Span<byte> magic = stackalloc byte[4];
        int got = content.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        if (got < magic.Length)
        {
            throw new IdxFormatException(path, $"it holds {got} bytes; an IDX file begins with a magic number of 4 bytes");
        }

        if (magic[0] != 0 || magic[1] != 0)
        {
            throw new IdxFormatException(
                path,
                $"it begins with the bytes {Hex(magic)}; an IDX file begins with 00 00, the type of its values and the number of its "
                    + "dimensions (00 00 08 03: images of unsigned bytes, 00 00 08 01: labels), compressed with gzip or plain"
            );
        }

        IdxElement element = (IdxElement)magic[2];
        if (!Enum.IsDefined(element))
        {
            string known = string.Join(", ", Enum.GetValues<IdxElement>().Select(each => $"{(int)each:X2} ({each})"));
            throw new IdxFormatException(path, $"its values are of type {magic[2]:X2}; known types are {known}");
        }

        int rank = magic[3];
        if (rank is 0 or > MaxRank)
        {
            throw new IdxFormatException(
                path,
                $"it has {rank} dimensions; allowed are 1 to {MaxRank}, such as rows, height, width and channels"
            );
        }

        ImmutableArray<long> sizes = ReadSizes(content, path, rank);
        return new IdxHeader(element, sizes, CountBytes(element, sizes, path));
    }

    private static ImmutableArray<long> ReadSizes(Stream content, string path, int rank)
    {
        Span<byte> raw = stackalloc byte[4 * MaxRank];
        raw = raw[..(4 * rank)];
        int got = content.ReadAtLeast(raw, raw.Length, throwOnEndOfStream: false);
        if (got < raw.Length)
        {
            throw new IdxFormatException(
                path,
                $"it ends after {4 + got} bytes, within its header; a header of {rank} dimensions takes {4 + raw.Length}"
            );
        }

        var sizes = ImmutableArray.CreateBuilder<long>(rank);
        for (int i = 0; i < rank; i++)
        {
            sizes.Add(BinaryPrimitives.ReadUInt32BigEndian(raw[(4 * i)..]));
        }

        return sizes.MoveToImmutable();
    }

    private static long CountBytes(IdxElement element, ImmutableArray<long> sizes, string path)
    {
        string shape = string.Join(" x ", sizes);
        if (sizes.Contains(0))
        {
            throw new IdxFormatException(path, $"its sizes are {shape}; each has to be at least 1");
        }

        long row = 1;
        foreach (long size in sizes.AsSpan()[1..])
        {
            // Both factors are below 2^32, so that this product does not overflow before it is refused.
            row *= size;
            if (row > MaxRowElements)
            {
                throw new IdxFormatException(path, $"its sizes are {shape}; a row has at most {MaxRowElements} values");
            }
        }

        // Below 2^32 * 2^27 * 2^3: this cannot overflow either.
        return sizes[0] * row * element.Size();
    }

    private static string Hex(ReadOnlySpan<byte> bytes) =>
        string.Join(' ', Convert.ToHexString(bytes).Chunk(2).Select(pair => new string(pair)));
}
