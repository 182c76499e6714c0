using Microsoft.ML.Cnn.Samples.Commands;

namespace Microsoft.ML.Cnn.Samples.Reports;

/// <summary>Files that are written beside their place and moved into it: there is the old one or the whole new one.</summary>
internal static class PlacedFile
{
    /// <summary>Writes a file, in place of one that is there.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        string beside = NameBeside(path);
        try
        {
            using (FileStream stream = new(beside, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
            }

            File.Move(beside, path, overwrite: true);
        }
        finally
        {
            // Where the move went well there is nothing left to delete.
            File.Delete(beside);
        }
    }

    /// <summary>Finds out before the work, not after it, whether a file can be written.</summary>
    /// <exception cref="UserErrorException">It cannot.</exception>
    public static void RequireWritable(string option, string path)
    {
        try
        {
            if (Directory.Exists(path))
            {
                throw new IOException("it is a folder, and a file is expected");
            }

            string beside = NameBeside(path);
            using (new FileStream(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose)) { }
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UserErrorException($"{option} '{path}' cannot be written: {ErrorLine.Of(refused)}", refused);
        }
    }

    /// <summary>Creates a folder where there is none, and finds out whether files can be written to it.</summary>
    /// <exception cref="UserErrorException">They cannot.</exception>
    public static void RequireFolder(string option, string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UserErrorException($"{option} '{path}' cannot be a folder: {ErrorLine.Of(refused)}", refused);
        }

        RequireWritable(option, Path.Combine(path, "metrics.json"));
    }

    private static string NameBeside(string path)
    {
        string target = Path.GetFullPath(path);
        return Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Path.GetRandomFileName()}");
    }
}
