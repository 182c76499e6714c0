using System.Text.Json.Serialization;
using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>
/// Convolution: every filter, as deep as its input has channels, slides over the image; the products are summed, a bias is added, and
/// each filter gives one feature map. As everywhere in the field it is a cross-correlation: filters are not mirrored.
/// </summary>
/// <remarks>
/// <para>Input <c>[N, H, W, C]</c>, output <c>[N, OH, OW, filters]</c> with
/// <c>OH = (H + top + bottom - ((KH - 1) * dilation + 1)) / stride + 1</c>, and likewise OW. The division must come out even, unless a
/// <see cref="Layers.Rounding"/> is given.</para>
/// <para>Parameters: <c>weight</c> <c>[KH, KW, C / groups, filters]</c> and <c>bias</c> <c>[filters]</c>.</para>
/// </remarks>
public sealed record Conv2D : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="filters">Feature maps that come out, at least 1.</param>
    /// <param name="kernel">Height and width of a filter, at least 1.</param>
    /// <param name="stride">Pixels from a window to the next, 1 by default.</param>
    /// <param name="padding">Pixels around the image, none by default.</param>
    /// <param name="dilation">Pixels from a tap of the filter to the next, 1 by default.</param>
    /// <param name="groups">Groups of channels that do not see each other; divides the input's channels and the filters. As many as channels: a depthwise convolution.</param>
    /// <param name="bias">Whether each filter adds a number of its own.</param>
    /// <param name="border">What the padding holds, zeros by default.</param>
    /// <param name="borderValue">The value of <see cref="Border.Constant"/>.</param>
    /// <param name="rounding">What to do where the stride does not divide evenly; an error by default.</param>
    /// <param name="weightInitializer">How filters begin; <see cref="Initializer.He"/> by default.</param>
    /// <param name="biasInitializer">How biases begin; zero by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">The groups do not divide the filters.</exception>
    public Conv2D(
        int filters,
        Size2D kernel,
        Size2D? stride = null,
        Padding padding = default,
        Size2D? dilation = null,
        int groups = 1,
        bool bias = true,
        Border border = Border.Zero,
        float borderValue = 0,
        Rounding rounding = Rounding.Exact,
        Initializer? weightInitializer = null,
        Initializer? biasInitializer = null
    )
        : this(
            filters,
            kernel,
            stride ?? 1,
            padding,
            dilation ?? 1,
            groups,
            bias,
            border,
            borderValue,
            rounding,
            weightInitializer ?? Initializer.He,
            biasInitializer ?? Initializer.Zero
        ) { }

    // For JSON, which wants parameters of the types of the properties.
    [JsonConstructor]
    private Conv2D(
        int filters,
        Size2D kernel,
        Size2D stride,
        Padding padding,
        Size2D dilation,
        int groups,
        bool bias,
        Border border,
        float borderValue,
        Rounding rounding,
        Initializer weightInitializer,
        Initializer biasInitializer
    )
    {
        Filters = LayerCheck.Positive(filters);
        Kernel = LayerCheck.Positive(kernel);
        Stride = LayerCheck.Positive(stride);
        Padding = padding;
        Dilation = LayerCheck.Positive(dilation);
        Groups = LayerCheck.Positive(groups);
        Bias = bias;
        Border = LayerCheck.Defined(border);
        BorderValue = LayerCheck.Within(borderValue, float.MinValue, float.MaxValue);
        Rounding = LayerCheck.Defined(rounding);
        WeightInitializer = weightInitializer;
        BiasInitializer = biasInitializer;
        if (filters % groups != 0)
        {
            throw new ArgumentException($"{groups} groups do not divide {filters} filters evenly.", nameof(groups));
        }
    }

    /// <summary>Feature maps that come out.</summary>
    public int Filters { get; }

    /// <summary>Height and width of a filter.</summary>
    public Size2D Kernel { get; }

    /// <summary>Pixels from a window to the next.</summary>
    public Size2D Stride { get; }

    /// <summary>Pixels around the image.</summary>
    public Padding Padding { get; }

    /// <summary>Pixels from a tap of the filter to the next.</summary>
    public Size2D Dilation { get; }

    /// <summary>Groups of channels that do not see each other.</summary>
    public int Groups { get; }

    /// <summary>Whether each filter adds a number of its own.</summary>
    public bool Bias { get; }

    /// <summary>What the padding holds.</summary>
    public Border Border { get; }

    /// <summary>The value of <see cref="Border.Constant"/>.</summary>
    public float BorderValue { get; }

    /// <summary>What happens where the stride does not divide evenly.</summary>
    public Rounding Rounding { get; }

    /// <summary>How filters begin.</summary>
    public Initializer WeightInitializer { get; }

    /// <summary>How biases begin.</summary>
    public Initializer BiasInitializer { get; }

    internal override string Kind => "conv";

    internal override Shape Infer(Shape input, string path)
    {
        if (input.Channels % Groups != 0)
        {
            throw new ShapeException(
                path,
                input,
                $"{Groups} groups do not divide {input.Channels} channels evenly. What would work: as many groups as divide both {input.Channels} and the {Filters} filters."
            );
        }

        WindowGeometry window = Window(input, path);
        if (Border == Border.Reflect && (IsTooWide(window.Rows, input.Height) || IsTooWide(window.Columns, input.Width)))
        {
            throw new ShapeException(
                path,
                input,
                "a reflected border must be narrower than the image. What would work: less padding, or Border.Replicate."
            );
        }

        return new Shape(window.Rows.Output, window.Columns.Output, Filters);
    }

    internal override IEnumerable<ParameterSpec> Parameters(Shape input)
    {
        int inputs = input.Channels / Groups;
        long taps = (long)Kernel.Height * Kernel.Width;
        Fans fans = new(taps * inputs, taps * Filters / Groups);
        yield return ParameterSpec.Weights([Kernel.Height, Kernel.Width, inputs, Filters], WeightInitializer, fans);
        if (Bias)
        {
            yield return ParameterSpec.Biases(Filters, BiasInitializer, fans);
        }
    }

    internal override long MultiplyAdds(Shape input) =>
        Infer(input, Kind).Length * Kernel.Height * Kernel.Width * (input.Channels / Groups);

    internal override Value Lower(OperationGraph graph, Value input, string path)
    {
        Shape shape = graph[input];
        WindowGeometry window = Window(shape, path);
        if (Border != Border.Zero && window.Halo != Halo.None)
        {
            input = graph.Append(path, input, new PadPrimitive(window.Halo, Border, BorderValue));
            window = new WindowGeometry(WithinPadding(window.Rows), WithinPadding(window.Columns));
        }

        return graph.Append(path, input, new ConvolutionPrimitive(new ConvolutionGeometry(window, shape.Channels, Filters, Groups), Bias));
    }

    private WindowGeometry Window(Shape input, string path) =>
        ShapeRule.Window(input, path, Kernel, Stride, Dilation, Padding, Rounding, Remedies.All);

    private static bool IsTooWide(Extent extent, int size) => extent.HaloBefore >= size || extent.HaloAfter >= size;

    /// <summary>The same windows over an image that has its border already.</summary>
    private static Extent WithinPadding(Extent extent) =>
        extent with
        {
            Input = extent.Input + extent.HaloBefore + extent.HaloAfter,
            Before = 0,
            After = 0,
        };
}
