using System.Text.Json.Serialization;
using Microsoft.ML.Cnn.Layers.Operations;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>A fully connected layer: every unit sees every input. y = x * weight + bias.</summary>
/// <remarks>
/// Input <c>[N, 1, 1, inputs]</c>, output <c>[N, 1, 1, units]</c>. Parameters: <c>weight</c> <c>[inputs, units]</c> and <c>bias</c>
/// <c>[units]</c>. A convolution needs far fewer, since its filters are the same at every place of the image.
/// </remarks>
public sealed record Dense : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="units">Outputs, at least 1.</param>
    /// <param name="bias">Whether each unit adds a number of its own.</param>
    /// <param name="weightInitializer">How weights begin; <see cref="Initializer.He"/> by default.</param>
    /// <param name="biasInitializer">How biases begin; zero by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is not at least one unit.</exception>
    [JsonConstructor]
    public Dense(int units, bool bias = true, Initializer? weightInitializer = null, Initializer? biasInitializer = null)
    {
        Units = LayerCheck.Positive(units);
        Bias = bias;
        WeightInitializer = weightInitializer ?? Initializer.He;
        BiasInitializer = biasInitializer ?? Initializer.Zero;
    }

    /// <summary>Outputs.</summary>
    public int Units { get; }

    /// <summary>Whether each unit adds a number of its own.</summary>
    public bool Bias { get; }

    /// <summary>How weights begin.</summary>
    public Initializer WeightInitializer { get; }

    /// <summary>How biases begin.</summary>
    public Initializer BiasInitializer { get; }

    internal override string Kind => "dense";

    internal override Shape Infer(Shape input, string path) =>
        input.IsFlat
            ? Shape.Flat(Units)
            : throw new ShapeException(
                path,
                input,
                "a dense layer takes one flat row. What would work: new Flatten() or new GlobalAveragePool2D() before it."
            );

    internal override IEnumerable<ParameterSpec> Parameters(Shape input)
    {
        Fans fans = new(input.Channels, Units);
        yield return ParameterSpec.Weights([input.Channels, Units], WeightInitializer, fans);
        if (Bias)
        {
            yield return ParameterSpec.Biases(Units, BiasInitializer, fans);
        }
    }

    internal override long MultiplyAdds(Shape input) => input.Length * Units;

    internal override Value Lower(OperationGraph graph, Value input, string path) =>
        graph.Append(path, input, new DensePrimitive(Units, Bias));
}
