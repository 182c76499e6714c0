using System.Text;
using System.Text.Json;

namespace Microsoft.ML.Cnn.Experiments.Running;

/// <summary>
/// The events of an experiment in a file, a line of JSON each, flushed to the disk one by one: whenever a process is killed, all events but at most the
/// last, which is then cut off and is dropped, are there.
/// </summary>
internal sealed class Journal : IDisposable
{
    private static readonly JsonSerializerOptions json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private readonly FileStream file;
    private readonly object gate = new();

    private Journal(FileStream file, IReadOnlyList<TrialEvent> events) => (this.file, Events) = (file, events);

    /// <summary>What had happened when it was opened.</summary>
    public IReadOnlyList<TrialEvent> Events { get; }

    /// <summary>Opens a journal, or begins one.</summary>
    /// <exception cref="CnnCheckpointException">It cannot be written or read, or another process has it open.</exception>
    public static Journal Open(string path)
    {
        try
        {
            FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            try
            {
                return new Journal(file, ReadAll(file));
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new CnnCheckpointException(
                $"The journal '{path}' of an experiment cannot be used: {exception.Message} What would work: another checkpoint folder.",
                exception
            );
        }
    }

    public void Append(TrialEvent happened)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(happened, json), (byte)'\n'];
        lock (gate)
        {
            file.Write(line);
            file.Flush(flushToDisk: true);
        }
    }

    public void Dispose() => file.Dispose();

    private static List<TrialEvent> ReadAll(FileStream file)
    {
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        int end = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
        file.SetLength(end);
        file.Seek(0, SeekOrigin.End);
        return
        [
            .. Encoding
                .UTF8.GetString(bytes, 0, end)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonSerializer.Deserialize<TrialEvent>(line, json) ?? throw new JsonException("A line is empty.")),
        ];
    }
}
