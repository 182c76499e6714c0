using System.Collections.Immutable;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Trainers;

namespace Microsoft.ML.Cnn.Transforms;

/// <summary>What an <see cref="ImageConvolvingTransformer"/> does to which column, checked. It makes a network of one layer of it.</summary>
internal sealed record Filtering
{
    private const string Layer = "filters";

    private Filtering() { }

    public required string Output { get; init; }

    public required string Input { get; init; }

    public required ImmutableArray<ImageFilter> Filters { get; init; }

    public required ChannelCombination Channels { get; init; }

    public required bool Magnitude { get; init; }

    public required Size2D Stride { get; init; }

    public required Padding Padding { get; init; }

    public required Border Border { get; init; }

    public required float BorderValue { get; init; }

    public required Shape? InputShape { get; init; }

    public required PixelOrder? PixelOrder { get; init; }

    private Size2D Kernel => new(Filters.Max(filter => filter.Size.Height), Filters.Max(filter => filter.Size.Width));

    /// <exception cref="ArgumentException">An option has a value that is not allowed; <see cref="ArgumentException.ParamName"/> names it.</exception>
    public static Filtering Of(ImageConvolvingEstimator.Options options)
    {
        ArgumentException.ThrowIfNullOrEmpty(options.OutputColumnName, nameof(options.OutputColumnName));
        string input = options.InputColumnName ?? options.OutputColumnName;
        ArgumentException.ThrowIfNullOrEmpty(input, nameof(options.InputColumnName));
        ArgumentNullException.ThrowIfNull(options.Filters, nameof(options.Filters));
        if (options.InputShape is { } shape && shape is not { Height: > 0, Width: > 0, Channels: > 0 })
        {
            throw Refuse(
                nameof(options.InputShape),
                $"height, width and channels must be at least 1, received {shape.Height} x {shape.Width} x {shape.Channels}."
            );
        }

        if (!float.IsFinite(options.BorderValue))
        {
            throw Refuse(nameof(options.BorderValue), $"it must be a finite number, received {options.BorderValue}.");
        }

        return new Filtering
        {
            Output = options.OutputColumnName,
            Input = input,
            Filters = Checked([.. options.Filters]),
            Channels = LayerCheck.Defined(options.Channels, nameof(options.Channels)),
            Magnitude = options.Magnitude,
            Stride = LayerCheck.Positive(options.Stride, nameof(options.Stride)),
            Padding = options.Padding,
            Border = LayerCheck.Defined(options.Border, nameof(options.Border)),
            BorderValue = options.BorderValue,
            InputShape = options.InputShape,
            PixelOrder = options.PixelOrder is { } order ? LayerCheck.Defined(order, nameof(options.PixelOrder)) : null,
        };
    }

    /// <summary>Results of a pixel: one for each filter, or one for all; and as many for each channel, if they are not summed up.</summary>
    public int Results(int channels) => (Magnitude ? 1 : Filters.Length) * (Channels == ChannelCombination.Sum ? 1 : channels);

    /// <summary>The filters as a network for images of some shape, without their magnitude, for which planes of results are needed.</summary>
    /// <exception cref="ShapeException">The filters do not fit the images.</exception>
    public CnnModel ModelFor(ImageLayout image)
    {
        int groups = Channels == ChannelCombination.Sum ? 1 : image.Shape.Channels;
        Network network = Network.Sequential(
            new Conv2D(
                groups * Filters.Length,
                Kernel,
                Stride,
                Padding,
                groups: groups,
                bias: false,
                border: Border,
                borderValue: BorderValue,
                rounding: Rounding.Floor
            )
            {
                Name = Layer,
            }
        );
        ModelDescription description = new(
            network,
            image.Shape,
            image.Order,
            PixelNormalization.None(image.Shape.Channels),
            ModelOutput.Values,
            [],
            ConvolutionAlgorithm.Direct
        )
        {
            OutputOrder = Magnitude ? Cnn.PixelOrder.Planar : image.Order,
        };
        ParameterStore store = new(ParameterTable.Of(network, image.Shape));
        Fill(store[$"{Layer}/{ParameterSpec.Weight}"], inputs: image.Shape.Channels / groups, outputs: groups * Filters.Length);
        return new CnnModel(description, store);
    }

    /// <summary>Weights of the convolution, [kernel row, kernel column, input, output]: a group has each filter once, for all inputs alike.</summary>
    private void Fill(Span<float> weights, int inputs, int outputs)
    {
        Size2D kernel = Kernel;
        for (int output = 0; output < outputs; output++)
        {
            ImageFilter filter = Filters[output % Filters.Length];
            int top = (kernel.Height - filter.Size.Height) / 2;
            int left = (kernel.Width - filter.Size.Width) / 2;
            for (int tap = 0; tap < filter.Weights.Length; tap++)
            {
                int row = top + tap / filter.Size.Width;
                int column = left + tap % filter.Size.Width;
                for (int input = 0; input < inputs; input++)
                {
                    weights[((row * kernel.Width + column) * inputs + input) * outputs + output] = filter.Weights[tap];
                }
            }
        }
    }

    private static ImmutableArray<ImageFilter> Checked(ImmutableArray<ImageFilter> filters)
    {
        const string Option = nameof(ImageConvolvingEstimator.Options.Filters);
        if (filters.IsEmpty)
        {
            throw Refuse(Option, "there must be at least one filter, received none.");
        }

        if (filters.Contains(null!))
        {
            throw Refuse(Option, $"filter {filters.IndexOf(null!) + 1} of {filters.Length} is null.");
        }

        ImageFilter first = filters[0];
        ImageFilter? other = filters.FirstOrDefault(filter =>
            (filter.Size.Height - first.Size.Height) % 2 != 0 || (filter.Size.Width - first.Size.Width) % 2 != 0
        );
        return other is null
            ? filters
            : throw Refuse(
                Option,
                $"they must have the same centre, received {first} and {other}. Allowed: heights that are all odd or all even, and likewise widths. What would work: a row or column of zeros more."
            );
    }

    private static ArgumentOutOfRangeException Refuse(string option, string why) => new(option, $"{option} of a convolution: {why}");
}
