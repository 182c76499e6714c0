namespace Microsoft.ML.Cnn.Samples.Commands;

/// <summary>What the user can put right; the message says what was received and what would work.</summary>
internal sealed class UserErrorException(string message, Exception? inner = null) : Exception(message, inner);
