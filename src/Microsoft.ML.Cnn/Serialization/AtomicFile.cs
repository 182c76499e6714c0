namespace Microsoft.ML.Cnn.Serialization;

/// <summary>Writes files beside their place and moves them into it: whatever happens, there is the old file or the whole new one.</summary>
internal static class AtomicFile
{
    private const string Suffix = ".unfinished";

    /// <summary>Writes a file, in place of one that is there.</summary>
    /// <param name="path">Where to. The directory must exist.</param>
    /// <param name="write">Writes the content. When it throws, nothing has changed.</param>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string target = Path.GetFullPath(path);
        string beside = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Path.GetRandomFileName()}{Suffix}");
        try
        {
            using (FileStream stream = new(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(beside, target, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }

    /// <summary>Deletes what writers that were killed left in a directory of which no other writes now.</summary>
    public static void RemoveRemains(string directory)
    {
        foreach (string file in Directory.EnumerateFiles(directory, $".*{Suffix}"))
        {
            File.Delete(file);
        }
    }
}
