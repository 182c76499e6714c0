using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.Cnn.Serialization;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Training.Checkpoints;

/// <summary>
/// A training in the middle, as bytes: the frame of this library's files with a <see cref="CheckpointHeader"/>; then as 32-bit floats the parameters, the states, the
/// optimizer's running buffers, and the best epoch's parameters and states where they are kept, each as long as the header says; then the SHA-256 of all before.
/// </summary>
internal static class CheckpointFile
{
    private static readonly FileFrame frame = new("checkpoint", "CKP", Version: 1, message => new InvalidDataException(message));

    private static readonly JsonSerializerOptions json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,

        // A loss that is infinite or no number is a metric like others.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    public static void Write(Stream stream, CheckpointHeader header, IEnumerable<AlignedBuffer> buffers)
    {
        using HashedWriter writer = new(stream);
        frame.WriteHeader(writer, JsonSerializer.SerializeToUtf8Bytes(header, json));
        foreach ((AlignedBuffer buffer, long length) in buffers.Zip(header.Lengths))
        {
            writer.Write(buffer, length);
        }

        writer.WriteHash();
    }

    /// <summary>Reads a checkpoint: first all of it, to see that it is whole; then its header, for which there may be refusals; then its buffers.</summary>
    /// <param name="file">Of the checkpoint.</param>
    /// <param name="accept">Throws if the training is another; returns the buffers to fill, as many and as long as the training has.</param>
    /// <exception cref="CnnCheckpointException">The file is damaged, or was refused.</exception>
    public static CheckpointHeader Read(string file, Func<CheckpointHeader, IEnumerable<AlignedBuffer>> accept) =>
        Read(
            file,
            stream =>
            {
                RequireWhole(stream);
                stream.Position = 0;
                using HashedReader reader = new(stream);
                CheckpointHeader header = ReadHeader(reader);
                foreach ((AlignedBuffer buffer, long length) in accept(header).Zip(header.Lengths))
                {
                    reader.ReadFloats(buffer, length);
                }

                reader.RequireHash();
                return header;
            }
        );

    /// <summary>Reads the header alone.</summary>
    /// <exception cref="CnnCheckpointException">It is damaged.</exception>
    public static CheckpointHeader ReadHeader(string file) =>
        Read(
            file,
            stream =>
            {
                using HashedReader reader = new(stream);
                return ReadHeader(reader);
            }
        );

    private static CheckpointHeader Read(string file, Func<FileStream, CheckpointHeader> read)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            return read(stream);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or JsonException or UnauthorizedAccessException)
        {
            throw new CnnCheckpointException(
                $"The checkpoint '{file}' cannot be read: {exception.Message} What would work: a copy of it that is whole, the version of this library that wrote it, another WorkspacePath, "
                    + $"or Resume = {nameof(ResumePolicy)}.{nameof(ResumePolicy.StartOver)}.",
                exception
            );
        }
    }

    private static CheckpointHeader ReadHeader(HashedReader reader) =>
        JsonSerializer.Deserialize<CheckpointHeader>(frame.ReadHeader(reader), json)
        ?? throw new InvalidDataException("its description is empty.");

    private static void RequireWhole(FileStream stream)
    {
        using HashedReader reader = new(stream);
        _ = frame.ReadHeader(reader);
        reader.PassOver(stream.Length - stream.Position - SHA256.HashSizeInBytes);
        reader.RequireHash();
    }
}
