using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Serialization;

/// <summary>Writes to a stream and hashes what it writes.</summary>
internal sealed class HashedWriter(Stream stream) : IDisposable
{
    private const int ChunkFloats = 16 * 1024;

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Write(ReadOnlySpan<byte> bytes)
    {
        hash.AppendData(bytes);
        stream.Write(bytes);
    }

    /// <summary>Writes floats, little-endian on any machine.</summary>
    public unsafe void Write(AlignedBuffer buffer, long length)
    {
        float[] chunk = new float[ChunkFloats];
        for (long start = 0; start < length; start += ChunkFloats)
        {
            Span<float> floats = chunk.AsSpan(0, (int)Math.Min(ChunkFloats, length - start));
            new ReadOnlySpan<float>(buffer.Data + start, floats.Length).CopyTo(floats);
            LittleEndian.Convert(floats);
            Write(MemoryMarshal.AsBytes(floats));
        }
    }

    public void WriteHash() => stream.Write(hash.GetHashAndReset());

    public void Dispose() => hash.Dispose();
}

/// <summary>The order of bytes in files.</summary>
internal static class LittleEndian
{
    /// <summary>From the machine's order of bytes to little-endian, or back.</summary>
    public static void Convert(Span<float> floats)
    {
        if (!BitConverter.IsLittleEndian)
        {
            Span<int> bits = MemoryMarshal.Cast<float, int>(floats);
            BinaryPrimitives.ReverseEndianness(bits, bits);
        }
    }
}
