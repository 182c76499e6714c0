namespace Microsoft.ML.Cnn.Peers.Engines;

/// <summary>A work ready to be done again and again.</summary>
internal interface IEngine : IDisposable
{
    void Step();
}

/// <summary>Likewise, of a single computation whose numbers can be compared.</summary>
internal interface IPartEngine : IEngine
{
    /// <summary>Does it once, and returns what it makes in the peers' order.</summary>
    float[] Result();
}
