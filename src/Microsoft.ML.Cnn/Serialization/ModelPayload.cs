using System.Buffers.Binary;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Serialization;

/// <summary>
/// A model as bytes, the same in the zips of <see cref="CnnModel.Save(string)"/> and of ML.NET. Version 1, all numbers little-endian:
/// <list type="number">
/// <item>8 bytes: the magic;</item>
/// <item>4 bytes: the version; 4 bytes: the length of the header;</item>
/// <item>the header, UTF-8 JSON: network, input, normalization, output, class names, table of segments;</item>
/// <item>the buffer of parameters, then that of states, as 32-bit floats; the table says what lies where, what lies between is zero;</item>
/// <item>32 bytes: SHA-256 of all before.</item>
/// </list>
/// It holds no type names and no time stamps: equal models give equal bytes. Streams need not be able to seek.
/// </summary>
internal static class ModelPayload
{
    public const int Version = 1;

    private const int MaximumHeaderLength = 16 << 20;
    private const int Prefix = 16;

    // As PNG's: a byte that is no text, a name, and line ends that a transfer as text would change.
    private static ReadOnlySpan<byte> Magic => [0x8D, (byte)'C', (byte)'N', (byte)'N', 0x0D, 0x0A, 0x1A, 0x0A];

    public static void Write(Stream stream, CnnModel model)
    {
        byte[] header = PayloadHeader.Write(model.Description, model.Store.Table);
        if (header.Length > MaximumHeaderLength)
        {
            throw new InvalidOperationException(
                $"The description of the model takes {header.Length} bytes, more than the {MaximumHeaderLength} that a file may hold. What would work: fewer layers, or shorter class names."
            );
        }

        using HashedWriter writer = new(stream);
        Span<byte> prefix = stackalloc byte[Prefix];
        Magic.CopyTo(prefix);
        BinaryPrimitives.WriteInt32LittleEndian(prefix[8..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(prefix[12..], header.Length);
        writer.Write(prefix);
        writer.Write(header);
        writer.Write(model.Store.Parameters, model.Store.Table.TrainableLength);
        writer.Write(model.Store.State, model.Store.Table.StateLength);
        writer.WriteHash();
    }

    /// <exception cref="CnnModelFormatException">Whatever is wrong with it.</exception>
    public static CnnModel Read(Stream stream)
    {
        try
        {
            using HashedReader reader = new(stream);
            PayloadHeader header = PayloadHeader.Read(reader.ReadBytes(ReadPrefix(reader)));
            ModelDescription description = header.Describe(out ParameterTable table);
            return new CnnModel(description, ReadStore(reader, table));
        }
        catch (Exception exception) when (exception is EndOfStreamException or InvalidDataException)
        {
            throw new CnnModelFormatException($"The model is cut off or damaged: {exception.Message}");
        }
    }

    private static ParameterStore ReadStore(HashedReader reader, ParameterTable table)
    {
        AlignedBuffer? parameters = null;
        AlignedBuffer? state = null;
        try
        {
            parameters = reader.ReadFloats(table.TrainableLength);
            state = reader.ReadFloats(table.StateLength);
            reader.RequireHash();
            return new ParameterStore(table, parameters, state);
        }
        catch
        {
            parameters?.Dispose();
            state?.Dispose();
            throw;
        }
    }

    /// <returns>The length of the header.</returns>
    private static int ReadPrefix(HashedReader reader)
    {
        Span<byte> prefix = stackalloc byte[Prefix];
        reader.Read(prefix);
        if (!prefix[..8].SequenceEqual(Magic))
        {
            throw new CnnModelFormatException("This is not a model of Microsoft.ML.Cnn: it does not begin as one does.");
        }

        int version = BinaryPrimitives.ReadInt32LittleEndian(prefix[8..]);
        if (version != Version)
        {
            throw new CnnModelFormatException(
                version > Version
                    ? $"The model was written by a newer version of Microsoft.ML.Cnn (format {version}; this one reads up to {Version}). Update the package."
                    : $"The model is damaged: its format is said to be {version}."
            );
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(prefix[12..]);
        return length is > 0 and <= MaximumHeaderLength
            ? length
            : throw new CnnModelFormatException($"The model is damaged: its description is said to take {length} bytes.");
    }
}
