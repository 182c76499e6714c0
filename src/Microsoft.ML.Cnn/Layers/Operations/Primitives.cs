using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Layers.Operations;

/// <summary>What plans know how to run: a closed set that every layer is made of.</summary>
internal abstract record Primitive
{
    public abstract Shape OutputShape(Shape input);
}

/// <summary>A convolution with zeros around the image. Parameters: <c>weight</c> and, if asked for, <c>bias</c>.</summary>
/// <param name="Connections">Which filters see which inputs, where not all do; the weights then lie as [connection, tap].</param>
internal sealed record ConvolutionPrimitive(ConvolutionGeometry Geometry, bool Bias, ConnectionTable? Connections = null) : Primitive
{
    public override Shape OutputShape(Shape input) => new(Geometry.Rows.Output, Geometry.Columns.Output, Geometry.OutputChannels);
}

/// <summary>A border of other than zeros, written around the image before a convolution without padding.</summary>
internal sealed record PadPrimitive(Halo Border, Border Kind, float Value) : Primitive
{
    public override Shape OutputShape(Shape input) =>
        input with
        {
            Height = input.Height + Border.Top + Border.Bottom,
            Width = input.Width + Border.Left + Border.Right,
        };
}

internal sealed record MaxPoolPrimitive(WindowGeometry Window) : Primitive
{
    public override Shape OutputShape(Shape input) => input with { Height = Window.Rows.Output, Width = Window.Columns.Output };
}

internal sealed record AveragePoolPrimitive(WindowGeometry Window, bool CountPadding) : Primitive
{
    public override Shape OutputShape(Shape input) => input with { Height = Window.Rows.Output, Width = Window.Columns.Output };
}

internal sealed record AdaptiveAveragePoolPrimitive(Size2D Output) : Primitive
{
    public override Shape OutputShape(Shape input) => input with { Height = Output.Height, Width = Output.Width };
}

/// <summary>A matrix product with flat rows. Parameters: <c>weight</c> [inputs, outputs] and, if asked for, <c>bias</c>.</summary>
internal sealed record DensePrimitive(int Outputs, bool Bias) : Primitive
{
    public override Shape OutputShape(Shape input) => Shape.Flat(Outputs);
}

internal enum ActivationKind
{
    ReLU,
    Tanh,
    ScaledTanh,
    Sigmoid,
    LeakyReLU,
    ELU,
    GELU,
    SiLU,
}

/// <param name="Constant">The slope of a leaky ReLU below 0, the alpha of an ELU.</param>
internal sealed record ActivationPrimitive(ActivationKind Kind, float Constant = 0) : Primitive
{
    public override Shape OutputShape(Shape input) => input;
}

internal sealed record LocalResponseNormalizationPrimitive(int Size, float Alpha, float Beta, float K) : Primitive
{
    public override Shape OutputShape(Shape input) => input;
}

/// <summary>
/// Normalizes each channel over the whole batch. Parameters: <c>weight</c> and <c>bias</c>; state: <c>runningMean</c> and
/// <c>runningVariance</c>.
/// </summary>
internal sealed record BatchNormalizationPrimitive(float Momentum, float Epsilon) : Primitive
{
    public override Shape OutputShape(Shape input) => input;
}

/// <summary>y = x * weight + bias, one of each a channel.</summary>
internal sealed record ChannelAffinePrimitive : Primitive
{
    public override Shape OutputShape(Shape input) => input;
}

/// <summary>The sum of two values of the same shape.</summary>
internal sealed record SumPrimitive : Primitive
{
    public override Shape OutputShape(Shape input) => input;
}

/// <summary>The channels of all inputs side by side.</summary>
/// <param name="Channels">Of all inputs together.</param>
internal sealed record ConcatenationPrimitive(int Channels) : Primitive
{
    public override Shape OutputShape(Shape input) => input with { Channels = Channels };
}

internal sealed record DropoutPrimitive(float Rate) : Primitive
{
    public override Shape OutputShape(Shape input) => input;
}

/// <summary>From pixels to one flat row.</summary>
/// <param name="Order">How they lie in it: height, width, channel, as all layers take them; or channel, height, width, for those who read an output.</param>
internal sealed record FlattenPrimitive(PixelOrder Order = PixelOrder.Interleaved) : Primitive
{
    public override Shape OutputShape(Shape input) => Shape.Flat(checked((int)input.Length));
}
