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
            FileStream claim = Claim(lockFile, full);
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

    /// <summary>Deletes what a training has left.</summary>
    /// <exception cref="CnnCheckpointException">It cannot be deleted.</exception>
    public void Clear()
    {
        try
        {
            File.Delete(LastFile);
            File.Delete(BestFile);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CnnCheckpointException(
                $"What is in the workspace '{Path}' cannot be deleted: {exception.Message} What would work: deleting it by hand, or another WorkspacePath.",
                exception
            );
        }
    }

    public void Dispose() => claim.Dispose();

    /// <summary>Whether a file could not be opened because another has it: any other reason is told as it is.</summary>
    internal static bool IsInUse(IOException exception)
    {
        const int SharingViolation = unchecked((int)0x80070020);
        const int WouldBlockOnLinux = 11;
        const int WouldBlockOnMacOS = 35;
        int inUse =
            OperatingSystem.IsWindows() ? SharingViolation
            : OperatingSystem.IsMacOS() ? WouldBlockOnMacOS
            : WouldBlockOnLinux;
        return exception.HResult == inUse;
    }

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

    private static FileStream Claim(string lockFile, string folder)
    {
        try
        {
            return new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException exception) when (IsInUse(exception))
        {
            throw new CnnCheckpointException(
                $"The workspace '{folder}' is in use by another training. What would work: waiting for its end, or another WorkspacePath.",
                exception
            );
        }
    }
}
