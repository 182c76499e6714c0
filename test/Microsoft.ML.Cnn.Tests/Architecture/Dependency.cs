namespace Microsoft.ML.Cnn.Tests.Architecture;

/// <summary>Something in one folder of the sources uses something else.</summary>
/// <param name="From">The folder, such as <c>Layers</c>; empty for the root.</param>
/// <param name="To">The folder, or the name of the other assembly, of what is used.</param>
/// <param name="Example">Who uses what, for the message.</param>
internal readonly record struct Dependency(string From, string To, string Example);
