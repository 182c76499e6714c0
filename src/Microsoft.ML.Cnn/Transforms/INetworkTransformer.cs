namespace Microsoft.ML.Cnn.Transforms;

/// <summary>A transformer that scores with a network.</summary>
internal interface INetworkTransformer
{
    /// <summary>The network.</summary>
    CnnModel Network { get; }
}
