using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Conformance.Reference;

/// <summary>A layer as its definition has it, in double precision: slow, plain, and checked against central differences.</summary>
internal abstract class ReferenceLayer
{
    public abstract Batch Forward(Batch x);

    /// <summary>Returns the gradient of x; those of the layer's buffers go to <see cref="ReferenceBuffers.Gradients"/>.</summary>
    public abstract Batch Backward(Batch x, Batch dy);
}

/// <summary>The buffers of one layer and what a pass makes of them.</summary>
internal sealed class ReferenceBuffers(IReadOnlyDictionary<string, double[]> values)
{
    public IReadOnlyDictionary<string, double[]> Values { get; } = values;

    public Dictionary<string, double[]> Gradients { get; } = [];

    /// <summary>States as a training step leaves them.</summary>
    public Dictionary<string, double[]> NextStates { get; } = [];

    public double[] this[string name] => Values[name];

    public bool Has(string name) => Values.ContainsKey(name);
}
