using System.IO.Compression;

namespace Microsoft.ML.Cnn.Serialization;

/// <summary>The zip around a <see cref="ModelPayload"/>: one entry of our own, or that of a model somewhere in a zip of ML.NET.</summary>
internal static class ModelZip
{
    /// <summary>The name of the entry, in zips of either kind. It never changes.</summary>
    public const string EntryName = "cnn-model.bin";

    // The first date that zips know: the same model gives the same file, whenever.
    private static readonly DateTimeOffset fixedTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static void Write(Stream stream, CnnModel model)
    {
        using ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true);

        // Weights are as good as random: compressing them takes long and saves little.
        ZipArchiveEntry entry = zip.CreateEntry(EntryName, CompressionLevel.NoCompression);
        entry.LastWriteTime = fixedTime;
        using Stream content = entry.Open();
        ModelPayload.Write(content, model);
    }

    /// <exception cref="CnnModelFormatException">It is no zip, or has not one model.</exception>
    public static CnnModel Read(Stream stream)
    {
        try
        {
            using ZipArchive zip = new(stream, ZipArchiveMode.Read, leaveOpen: true);
            using Stream content = Find(zip).Open();
            return ModelPayload.Read(content);
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw new CnnModelFormatException($"This is not a model zip, or it is damaged: {exception.Message}");
        }
    }

    private static ZipArchiveEntry Find(ZipArchive zip)
    {
        // ML.NET writes the separator of the machine it runs on.
        ZipArchiveEntry[] entries = [.. zip.Entries.Where(entry => entry.FullName.Split('/', '\\')[^1] == EntryName)];
        return entries switch
        {
            [ZipArchiveEntry only] => only,
            [] => throw new CnnModelFormatException(
                $"There is no convolutional network in this zip: none of its {zip.Entries.Count} entries is named {EntryName}."
            ),
            _ => throw new CnnModelFormatException(
                $"There are {entries.Length} convolutional networks in this zip, and it is not said which one is meant: {string.Join(", ", entries.Select(entry => entry.FullName))}. What would work: saving the one that is wanted with CnnModel.Save."
            ),
        };
    }
}
