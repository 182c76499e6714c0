using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Cnn.Experiments.Running;

/// <summary>
/// The events of an experiment in a file, a line of JSON each, flushed to the disk one by one: whenever a process is killed, all events but at most the
/// last, which is then cut off and is dropped, are there. Others may read it meanwhile; whoever writes has claimed its folder.
/// </summary>
internal sealed class Journal : IDisposable
{
    private static readonly JsonSerializerOptions json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly FileStream file;
    private readonly object gate = new();

    private Journal(FileStream file, IReadOnlyList<TrialEvent> events) => (this.file, Events) = (file, events);

    /// <summary>What had happened when it was opened.</summary>
    public IReadOnlyList<TrialEvent> Events { get; }

    /// <summary>Opens a journal, or begins one.</summary>
    /// <exception cref="CnnCheckpointException">It cannot be written or read.</exception>
    public static Journal Open(string path)
    {
        try
        {
            FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
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
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or NotSupportedException)
        {
            throw new CnnCheckpointException(
                $"The journal '{path}' of an experiment cannot be used: {exception.Message} What would work: another checkpoint folder.",
                exception
            );
        }
    }

    /// <exception cref="CnnCheckpointException">It cannot be written: the disk is full, for one.</exception>
    public void Append(TrialEvent happened)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(happened, json), (byte)'\n'];
        try
        {
            lock (gate)
            {
                file.Write(line);
                file.Flush(flushToDisk: true);
            }
        }
        catch (IOException exception)
        {
            throw new CnnCheckpointException(
                $"The journal '{file.Name}' of an experiment could not be written: {exception.Message} What was recorded before is whole: once it can be written, the same experiment goes on from there.",
                exception
            );
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
