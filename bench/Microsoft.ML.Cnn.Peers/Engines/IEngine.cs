namespace Microsoft.ML.Cnn.Peers.Engines;

/// <summary>A network ready to run one step: train, or predict, a batch.</summary>
internal interface IEngine : IDisposable
{
    void Step();
}
