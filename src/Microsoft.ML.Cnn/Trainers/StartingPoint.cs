namespace Microsoft.ML.Cnn.Trainers;

/// <summary>What a training begins with. What does not fit is refused when it is made; memory is taken by <see cref="CreateStore"/> alone.</summary>
internal abstract class StartingPoint
{
    /// <summary>What the pixels are to be normalized by; null where it is to be learned.</summary>
    public virtual PixelNormalization? Normalization => null;

    /// <summary>The first weights, as the layers' initializers have them.</summary>
    public static StartingPoint Anew { get; } = new FreshWeights();

    /// <summary>The parameters and states to begin with.</summary>
    /// <param name="network">The network to be trained, its output layer included.</param>
    /// <param name="shape">The shape of its images.</param>
    /// <param name="table">Of the network: what is frozen, and at what rate the others are trained.</param>
    /// <param name="seed">Of weights that are drawn.</param>
    public virtual ParameterStore CreateStore(Network network, Shape shape, ParameterTable table, int seed) =>
        ParameterStore.Initialize(network, shape, seed, table);

    private sealed class FreshWeights : StartingPoint;
}
