using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Serialization;

/// <summary>
/// Reads from a stream and hashes what it reads. However much is asked for, memory grows only as data arrives: it never takes more than a
/// few times what was there, and a little.
/// </summary>
internal sealed class HashedReader(Stream stream) : IDisposable
{
    private const int FirstBytes = 64 * 1024;

    // Larger: each growth costs a copy, and a model has a million of them soon.
    private const int FirstFloats = 1 << 20;
    private const int ChunkFloats = 16 * 1024;

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <exception cref="EndOfStreamException">The stream ends before.</exception>
    public void Read(Span<byte> bytes)
    {
        stream.ReadExactly(bytes);
        hash.AppendData(bytes);
    }

    /// <exception cref="EndOfStreamException">The stream ends before.</exception>
    public byte[] ReadBytes(int length)
    {
        byte[] bytes = new byte[Math.Min(length, FirstBytes)];
        for (int read = 0; ; )
        {
            Read(bytes.AsSpan(read));
            read = bytes.Length;
            if (read == length)
            {
                return bytes;
            }

            Array.Resize(ref bytes, (int)Math.Min(length, 2L * read));
        }
    }

    /// <summary>Hashes bytes that nobody wants.</summary>
    /// <exception cref="EndOfStreamException">The stream ends before.</exception>
    public void PassOver(long length)
    {
        byte[] bytes = new byte[FirstBytes];
        for (; length > 0; length -= bytes.Length)
        {
            Read(bytes.AsSpan(0, (int)Math.Min(length, bytes.Length)));
        }
    }

    /// <summary>Reads floats, little-endian on any machine.</summary>
    /// <exception cref="EndOfStreamException">The stream ends before.</exception>
    public AlignedBuffer ReadFloats(long length)
    {
        AlignedBuffer buffer = new(Math.Min(length, FirstFloats));
        try
        {
            for (long read = 0; read < length; )
            {
                if (read == buffer.Length)
                {
                    buffer = Grow(buffer, Math.Min(length, 2 * read));
                }

                read += ReadChunk(buffer, read, buffer.Length);
            }

            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    /// <summary>Fills a buffer that is there.</summary>
    /// <exception cref="EndOfStreamException">The stream ends before.</exception>
    public void ReadFloats(AlignedBuffer buffer, long length)
    {
        for (long read = 0; read < length; )
        {
            read += ReadChunk(buffer, read, length);
        }
    }

    /// <summary>Reads the hash, which must be that of all before, and the end.</summary>
    /// <exception cref="InvalidDataException">It is another, or something follows.</exception>
    public void RequireHash()
    {
        Span<byte> expected = stackalloc byte[SHA256.HashSizeInBytes];
        stream.ReadExactly(expected);
        if (!hash.GetHashAndReset().AsSpan().SequenceEqual(expected))
        {
            throw new InvalidDataException("its checksum is not that of its content.");
        }

        if (stream.ReadByte() >= 0)
        {
            throw new InvalidDataException("there is something after its end.");
        }
    }

    public void Dispose() => hash.Dispose();

    private unsafe int ReadChunk(AlignedBuffer buffer, long start, long end)
    {
        Span<float> floats = new(buffer.Data + start, (int)Math.Min(ChunkFloats, end - start));
        Read(MemoryMarshal.AsBytes(floats));
        LittleEndian.Convert(floats);
        return floats.Length;
    }

    private static unsafe AlignedBuffer Grow(AlignedBuffer buffer, long length)
    {
        AlignedBuffer larger = new(length);
        Buffer.MemoryCopy(buffer.Data, larger.Data, larger.Length * sizeof(float), buffer.Length * sizeof(float));
        buffer.Dispose();
        return larger;
    }
}
