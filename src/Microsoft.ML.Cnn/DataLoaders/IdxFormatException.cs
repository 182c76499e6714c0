namespace Microsoft.ML.Cnn;

/// <summary>
/// An IDX file that is missing or damaged, is no IDX file, or does not fit the file it is loaded together with. The message names the
/// file, what was found in it and what was expected.
/// </summary>
public sealed class IdxFormatException : FormatException
{
    internal IdxFormatException(string filePath, string problem, Exception? inner = null)
        : base($"Cannot load '{filePath}' as an IDX file: {problem}.", inner)
    {
        FilePath = filePath;
    }

    /// <summary>The path of the file, as it was given to the loader.</summary>
    public string FilePath { get; }
}
