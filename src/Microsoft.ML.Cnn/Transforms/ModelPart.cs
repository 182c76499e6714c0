using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.Cnn.Interop;

namespace Microsoft.ML.Cnn.Transforms;

/// <summary>The parts of a transformer in a model file, of which none may be missing.</summary>
internal static class ModelPart
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <exception cref="CnnModelFormatException">The part is missing.</exception>
    public static T Read<T>(ModelLoadContext context, string name, Func<Stream, T> read)
        where T : class =>
        ModelEntry.ReadStream(context, name, read)
        ?? throw new CnnModelFormatException(
            $"The model file is damaged: its part '{name}' is missing. Save the model again, or take another copy of the file."
        );

    /// <summary>Writes a part as JSON.</summary>
    public static void WriteJson<T>(ModelSaveContext context, string name, int version, T content) =>
        ModelEntry.WriteStream(context, name, stream => JsonSerializer.Serialize(stream, new Versioned<T>(version, content), Json));

    /// <summary>Reads a part that is JSON.</summary>
    /// <param name="context">Of the model file.</param>
    /// <param name="name">Of the part.</param>
    /// <param name="version">The one that is understood.</param>
    /// <exception cref="CnnModelFormatException">The part is missing, damaged, or of another version.</exception>
    public static T ReadJson<T>(ModelLoadContext context, string name, int version)
    {
        Versioned<T> part = Read(context, name, stream => Parse<T>(stream, name));
        return part.Version == version
            ? part.Content
            : throw Damaged(name, $"it is of version {part.Version}, and this version of Microsoft.ML.Cnn reads version {version}.");
    }

    /// <summary>A part whose content is impossible.</summary>
    public static CnnModelFormatException Damaged(string name, string what) =>
        new($"The model file is damaged in its part '{name}': {what}");

    private static Versioned<T> Parse<T>(Stream stream, string name)
    {
        try
        {
            return JsonSerializer.Deserialize<Versioned<T>>(stream, Json) ?? throw new JsonException("The document is empty.");
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or NotSupportedException)
        {
            throw Damaged(name, exception.Message);
        }
    }

    private sealed record Versioned<T>(int Version, T Content);
}
