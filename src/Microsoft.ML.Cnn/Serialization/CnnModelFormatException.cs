namespace Microsoft.ML.Cnn;

/// <summary>A model file is not one, is damaged or cut off, or was written by a newer version. The message says which.</summary>
public sealed class CnnModelFormatException : FormatException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="innerException">What was found first, if another exception told.</param>
    public CnnModelFormatException(string message, Exception? innerException = null)
        : base(message, innerException) { }
}
