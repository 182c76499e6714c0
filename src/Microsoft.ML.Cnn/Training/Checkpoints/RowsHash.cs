using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Microsoft.ML.Cnn.Training.Checkpoints;

/// <summary>Names rows by a hash of what they hold, in the order in which they are read.</summary>
internal sealed class RowsHash : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Rows so far.</summary>
    public long Rows { get; private set; }

    /// <param name="key">As of <see cref="IExampleReader.RowKey"/>.</param>
    /// <param name="label">Its class.</param>
    /// <param name="weight">Its weight.</param>
    /// <param name="values">What else there is of it: pixels, targets, or both.</param>
    public void Add(uint key, int label, float weight, ReadOnlySpan<float> values)
    {
        Span<byte> head = stackalloc byte[sizeof(uint) + sizeof(int) + sizeof(float)];
        BinaryPrimitives.WriteUInt32LittleEndian(head, key);
        BinaryPrimitives.WriteInt32LittleEndian(head[sizeof(uint)..], label);
        BinaryPrimitives.WriteSingleLittleEndian(head[(sizeof(uint) + sizeof(int))..], weight);
        hash.AppendData(head);
        hash.AppendData(MemoryMarshal.AsBytes(values));
        Rows++;
    }

    /// <summary>Of the rows so far.</summary>
    public override string ToString() => Convert.ToHexStringLower(hash.GetCurrentHash());

    public void Dispose() => hash.Dispose();
}
