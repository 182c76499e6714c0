using Microsoft.ML.Cnn.Tests.Architecture.Invented.Layers;

namespace Microsoft.ML.Cnn.Tests.Architecture.Invented.Trainers;

/// <summary>Keeps to the rules: it uses what is below it, and ML.NET.</summary>
internal sealed class InventedTrainer(MLContext context)
{
    public string Describe() => InventedLayer.Name + context;
}
