namespace Microsoft.ML.Cnn.Samples.Commands;

/// <summary>An exception as one line for the user.</summary>
internal static class ErrorLine
{
    /// <summary>
    /// Whether the message is meant for the user: those of this program, and those that the library documents for bad options, files and data.
    /// Anything else is a mistake of the program, whose stack trace is worth having.
    /// </summary>
    public static bool Explains(Exception exception) =>
        exception.GetBaseException()
            is UserErrorException
                or FormatException
                or ArgumentException
                or InvalidOperationException
                or IOException
                or UnauthorizedAccessException;

    /// <summary>The message of what began it, without line breaks.</summary>
    public static string Of(Exception exception) =>
        string.Join(' ', Innermost(exception).Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    // A user error already tells what lies beneath it.
    private static Exception Innermost(Exception exception) =>
        exception is UserErrorException || exception.InnerException is null ? exception : Innermost(exception.InnerException);
}
