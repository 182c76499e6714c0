namespace Microsoft.ML.Cnn;

/// <summary>
/// A model file is not one, is damaged or cut off, or was written by a newer version. The message says which. It has no inner exception:
/// where ML.NET wraps it, <see cref="Exception.GetBaseException"/> finds it.
/// </summary>
public sealed class CnnModelFormatException : FormatException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong.</param>
    public CnnModelFormatException(string message)
        : base(message) { }
}
