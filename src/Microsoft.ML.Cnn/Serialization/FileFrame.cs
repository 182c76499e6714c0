using System.Buffers.Binary;

namespace Microsoft.ML.Cnn.Serialization;

/// <summary>
/// How the binary files of this library begin, all numbers little-endian: 8 bytes of magic, 4 bytes of version, 4 bytes of the length of a
/// header, and the header, UTF-8 JSON.
/// </summary>
/// <param name="Noun">What such a file is called in messages.</param>
/// <param name="Letters">The three letters of its magic.</param>
/// <param name="Version">The version that is written, and the newest that is read.</param>
/// <param name="Fail">Makes the exception of a file that is none, or damaged.</param>
internal sealed record FileFrame(string Noun, string Letters, int Version, Func<string, Exception> Fail)
{
    public const int MaximumHeaderLength = 16 << 20;

    private const int PrefixLength = 16;

    // As PNG's: a byte that is no text, a name, and line ends that a transfer as text would change.
    private byte[] Magic => [0x8D, (byte)Letters[0], (byte)Letters[1], (byte)Letters[2], 0x0D, 0x0A, 0x1A, 0x0A];

    /// <param name="writer">At the beginning of the file.</param>
    /// <param name="header">At most <see cref="MaximumHeaderLength"/> bytes.</param>
    public void WriteHeader(HashedWriter writer, ReadOnlySpan<byte> header)
    {
        Span<byte> prefix = stackalloc byte[PrefixLength];
        Magic.CopyTo(prefix);
        BinaryPrimitives.WriteInt32LittleEndian(prefix[8..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(prefix[12..], header.Length);
        writer.Write(prefix);
        writer.Write(header);
    }

    /// <exception cref="EndOfStreamException">The stream ends before.</exception>
    public byte[] ReadHeader(HashedReader reader)
    {
        Span<byte> prefix = stackalloc byte[PrefixLength];
        reader.Read(prefix);
        if (!prefix[..8].SequenceEqual(Magic))
        {
            throw Fail($"This is not a {Noun} of Microsoft.ML.Cnn: it does not begin as one does.");
        }

        int version = BinaryPrimitives.ReadInt32LittleEndian(prefix[8..]);
        if (version != Version)
        {
            throw Fail(
                version > Version
                    ? $"The {Noun} was written by a newer version of Microsoft.ML.Cnn (format {version}; this one reads up to {Version}). Update the package."
                    : $"The {Noun} is damaged: its format is said to be {version}."
            );
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(prefix[12..]);
        return length is > 0 and <= MaximumHeaderLength
            ? reader.ReadBytes(length)
            : throw Fail($"The {Noun} is damaged: its description is said to take {length} bytes.");
    }
}
