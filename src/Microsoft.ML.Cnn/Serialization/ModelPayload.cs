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
    private static readonly FileFrame frame = new("model", "CNN", Version: 1, message => new CnnModelFormatException(message));

    public static void Write(Stream stream, CnnModel model)
    {
        byte[] header = PayloadHeader.Write(model.Description, model.Store.Table);
        if (header.Length > FileFrame.MaximumHeaderLength)
        {
            throw new InvalidOperationException(
                $"The description of the model takes {header.Length} bytes, more than the {FileFrame.MaximumHeaderLength} that a file may hold. What would work: fewer layers, or shorter class names."
            );
        }

        using HashedWriter writer = new(stream);
        frame.WriteHeader(writer, header);
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
            PayloadHeader header = PayloadHeader.Read(frame.ReadHeader(reader));
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
}
