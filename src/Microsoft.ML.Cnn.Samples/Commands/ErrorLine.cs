using System.Reflection;

namespace Microsoft.ML.Cnn.Samples.Commands;

/// <summary>An exception as one line for the user.</summary>
internal static class ErrorLine
{
    /// <summary>
    /// Whether the message is meant for the user: those of this program, and those that the library documents for bad options, files and data.
    /// Anything else is a mistake of the program, whose stack trace is worth having.
    /// </summary>
    public static bool Explains(Exception exception) =>
        Unwrap(exception)
            is UserErrorException
                or FormatException
                or ArgumentException
                or InvalidOperationException
                or InvalidDataException
                or IOException
                or UnauthorizedAccessException
                or TimeoutException
                or NotSupportedException;

    /// <summary>The message without line breaks.</summary>
    public static string Of(Exception exception) =>
        string.Join(' ', Unwrap(exception).Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    // ML.NET creates what it loads by reflection, which wraps whatever is thrown there.
    private static Exception Unwrap(Exception exception) =>
        exception is TargetInvocationException or AggregateException && exception.InnerException is { } inner ? Unwrap(inner) : exception;
}
