namespace Microsoft.ML.Cnn;

/// <summary>
/// A workspace cannot be used: its folder cannot be written to or is in use, or its checkpoint is damaged or belongs to another training. The message says
/// which, and what would work. What was saved there stays as it is.
/// </summary>
public sealed class CnnCheckpointException : InvalidOperationException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="innerException">What caused it, if anything did.</param>
    public CnnCheckpointException(string message, Exception? innerException = null)
        : base(message, innerException) { }
}
