using System.Text.Json.Serialization;
using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>
/// A convolution whose output maps see only some of the input maps, as a <see cref="ConnectionTable"/> says: C3 of LeNet-5
/// (LeCun et al. 1998, section II.B and table I). It has no weights for connections that are not there.
/// </summary>
/// <remarks>
/// Input <c>[N, H, W, C]</c>, output <c>[N, H - KH + 1, W - KW + 1, maps]</c>. Parameters: <c>weight</c> <c>[connections, KH, KW]</c>, the
/// connections in the order of the table, and <c>bias</c> <c>[maps]</c>.
/// </remarks>
public sealed record MappedConv2D : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="table">Which output map sees which input maps.</param>
    /// <param name="kernel">Height and width of a filter, at least 1.</param>
    /// <param name="weightInitializer">How filters begin; <see cref="Initializer.LeCun"/> by default.</param>
    /// <param name="biasInitializer">How biases begin; zero by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The kernel is smaller than one pixel.</exception>
    [JsonConstructor]
    public MappedConv2D(ConnectionTable table, Size2D kernel, Initializer? weightInitializer = null, Initializer? biasInitializer = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        Table = table;
        Kernel = LayerCheck.Positive(kernel);
        WeightInitializer = weightInitializer ?? Initializer.LeCun;
        BiasInitializer = biasInitializer ?? Initializer.Zero;
    }

    /// <summary>Which output map sees which input maps.</summary>
    public ConnectionTable Table { get; }

    /// <summary>Height and width of a filter.</summary>
    public Size2D Kernel { get; }

    /// <summary>How filters begin.</summary>
    public Initializer WeightInitializer { get; }

    /// <summary>How biases begin.</summary>
    public Initializer BiasInitializer { get; }

    internal override string Kind => "conv";

    private int Maps => Table.Inputs.Length;

    internal override Shape Infer(Shape input, string path)
    {
        if (input.Channels < Table.LeastInputs)
        {
            throw new ShapeException(
                path,
                input,
                $"the connection table names input map {Table.LeastInputs - 1}, but there are {input.Channels} maps. What would work: an input of at least {Table.LeastInputs} channels."
            );
        }

        WindowGeometry window = Window(input, path);
        return new Shape(window.Rows.Output, window.Columns.Output, Maps);
    }

    internal override IEnumerable<ParameterSpec> Parameters(Shape input)
    {
        // Maps differ in what they see; the mean keeps one scale for all.
        long taps = (long)Kernel.Height * Kernel.Width;
        Fans fans = new(taps * Table.Connections / Maps, taps * Table.Connections / input.Channels);
        yield return ParameterSpec.Weights([Table.Connections, Kernel.Height, Kernel.Width], WeightInitializer, fans);
        yield return ParameterSpec.Biases(Maps, BiasInitializer, fans);
    }

    internal override long MultiplyAdds(Shape input)
    {
        Shape output = Infer(input, Kind);
        return (long)output.Height * output.Width * Kernel.Height * Kernel.Width * Table.Connections;
    }

    internal override Value Lower(OperationGraph graph, Value input, string path)
    {
        Shape shape = graph[input];
        ConvolutionGeometry geometry = new(Window(shape, path), shape.Channels, Maps, Groups: 1);
        return graph.Append(path, input, new ConvolutionPrimitive(geometry, Bias: true, Table));
    }

    private WindowGeometry Window(Shape input, string path) =>
        ShapeRule.Window(input, path, Kernel, 1, 1, Padding.Valid, Rounding.Exact, Remedies.Input);
}
