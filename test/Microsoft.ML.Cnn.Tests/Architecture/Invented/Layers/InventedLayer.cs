namespace Microsoft.ML.Cnn.Tests.Architecture.Invented.Layers;

/// <summary>Breaks the layering with a field of a type of ML.NET.</summary>
internal sealed class InventedLayer
{
    public static string Name => new InventedLayer().ToString()!;

    public MLContext? Context { get; set; }
}
