using Microsoft.ML.Cnn.Serialization;

namespace Microsoft.ML.Cnn.Training.Checkpoints;

/// <summary>
/// The folder that a training keeps its checkpoints in: <c>last.checkpoint</c>, from which it can go on, and <c>best.zip</c>, the best model so far. Both are written
/// beside their place and moved into it, so that a training that is killed at any moment leaves whole files. One training at a time uses a folder.
/// </summary>
internal sealed class CheckpointFolder : IDisposable
{
    private readonly FileStream claim;

    private CheckpointFolder(string path, FileStream claim)
    {
        Path = path;
        this.claim = claim;
    }

    public string Path { get; }

    /// <summary>The state that training goes on from.</summary>
    public string LastFile => System.IO.Path.Combine(Path, "last.checkpoint");

    /// <summary>The best model so far, as <see cref="CnnModel.Load(string)"/> reads it.</summary>
    public string BestFile => System.IO.Path.Combine(Path, "best.zip");

    /// <summary>Makes the folder if it is not there, and claims it until it is disposed.</summary>
    /// <exception cref="CnnCheckpointException">It cannot be written to, or another training uses it.</exception>
    public static CheckpointFolder Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = System.IO.Path.GetFullPath(path);
        string lockFile = System.IO.Path.Combine(full, ".lock");
        try
        {
            Directory.CreateDirectory(full);
            bool existed = File.Exists(lockFile);
            FileStream claim = Claim(lockFile, existed, full);
            AtomicFile.RemoveRemains(full);
            return new CheckpointFolder(full, claim);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CnnCheckpointException(
                $"The workspace '{full}' cannot be written to: {exception.Message} What would work: a WorkspacePath in a folder that this process may write to.",
                exception
            );
        }
    }

    /// <exception cref="CnnCheckpointException">It cannot be written: the disk is full, for one. The file that was there stays.</exception>
    public void WriteLast(Action<Stream> write) => Write(LastFile, write);

    /// <inheritdoc cref="WriteLast"/>
    public void WriteBest(Action<Stream> write) => Write(BestFile, write);

    public void Dispose() => claim.Dispose();

    private static void Write(string file, Action<Stream> write)
    {
        try
        {
            AtomicFile.Write(file, write);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CnnCheckpointException(
                $"'{file}' could not be written: {exception.Message} What was saved before is whole: once it can be written, the same training goes on from there.",
                exception
            );
        }
    }

    private static FileStream Claim(string lockFile, bool existed, string folder)
    {
        try
        {
            return new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException exception) when (existed)
        {
            throw new CnnCheckpointException(
                $"The workspace '{folder}' is in use by another training. What would work: waiting for its end, or another WorkspacePath.",
                exception
            );
        }
    }
}
