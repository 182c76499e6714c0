using Microsoft.ML.Cnn.Tests.Architecture.Invented.Layers;

namespace Microsoft.ML.Cnn.Tests.Architecture.Invented.Tensors;

/// <summary>Breaks the layering in a method's body only, where no signature shows it.</summary>
internal static class UpwardTensor
{
    public static string Describe() => InventedLayer.Name;
}
