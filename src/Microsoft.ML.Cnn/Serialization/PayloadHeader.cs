using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn.Serialization;

/// <summary>The JSON of a payload: all of a model but its weights, and where those lie.</summary>
/// <param name="InputShape">Height, width and channels.</param>
internal sealed record PayloadHeader(
    ImmutableArray<int> InputShape,
    PixelOrder PixelOrder,
    PixelNormalization Normalization,
    ModelOutput Output,
    ImmutableArray<string> ClassNames,
    LayerSequence Layers,
    ImmutableArray<ParameterSegment> Segments,
    ConvolutionAlgorithm Convolutions = ConvolutionAlgorithm.Automatic
)
{
    // Deep enough for blocks in blocks in blocks, and far from the end of any stack.
    private const int MaximumDepth = 128;

    private static readonly JsonSerializerOptions json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter<ParameterKind>() },
        MaxDepth = MaximumDepth,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    public static byte[] Write(ModelDescription description, ParameterTable table) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new PayloadHeader(
                [description.InputShape.Height, description.InputShape.Width, description.InputShape.Channels],
                description.PixelOrder,
                description.Normalization,
                description.Output,
                description.ClassNames,
                description.Network.Layers,
                table.Segments,
                description.Convolutions
            ),
            json
        );

    /// <exception cref="CnnModelFormatException">It is not the header of a model.</exception>
    public static PayloadHeader Read(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return JsonSerializer.Deserialize<PayloadHeader>(utf8, json)
                ?? throw new CnnModelFormatException("The model's description is empty: the file is damaged.");
        }
        catch (Exception exception) when (IsAboutContent(exception))
        {
            throw new CnnModelFormatException($"The model's description cannot be read: the file is damaged. {exception.Message}");
        }
    }

    /// <summary>The description of the model, checked as a whole.</summary>
    /// <param name="table">The table of the network, with the rates and the frozen segments of the file.</param>
    /// <exception cref="CnnModelFormatException">Its parts contradict each other.</exception>
    public ModelDescription Describe(out ParameterTable table)
    {
        try
        {
            Require(InputShape is [> 0, > 0, > 0], "the input shape is not of three sides of at least 1");
            Shape input = new(InputShape[0], InputShape[1], InputShape[2]);
            Network network = Network.Of(Layers);
            Shape output = RequireSizes(network, input);
            Require(Enum.IsDefined(PixelOrder) && Enum.IsDefined(Output), "the pixel order or the output is none that is known");
            Require(Enum.IsDefined(Convolutions), "the algorithm of convolutions is none that is known");
            Require(Normalization.Offsets.Length == input.Channels, "normalization and image differ in their channels");
            Require(!ClassNames.IsDefault && !ClassNames.Contains(null!), "a class has no name");
            Require(ClassNames.IsEmpty || ClassNames.Length == output.Length, "there are not as many class names as outputs");
            table = RequireSegments(ParameterTable.Of(network, input));
            return new ModelDescription(network, input, PixelOrder, Normalization, Output, ClassNames, Convolutions);
        }
        catch (Exception exception) when (IsAboutContent(exception))
        {
            throw new CnnModelFormatException($"The model's description does not hold together: {exception.Message}");
        }
    }

    private ParameterTable RequireSegments(ParameterTable expected)
    {
        Require(
            !Segments.IsDefault && Segments.Length == expected.Segments.Length,
            $"the network has {expected.Segments.Length} buffers, the table of the file lists {(Segments.IsDefault ? 0 : Segments.Length)}"
        );
        for (int i = 0; i < Segments.Length; i++)
        {
            ParameterSegment segment = Segments[i];
            Require(
                segment is not null
                    && !segment.Shape.IsDefault
                    && segment == expected.Segments[i] with { RateMultiplier = segment.RateMultiplier, Frozen = segment.Frozen },
                $"the table of the file does not list '{expected.Segments[i].Path}' as the network has it"
            );
            Require(
                segment!.RateMultiplier >= 0 && float.IsFinite(segment.RateMultiplier),
                $"the rate multiplier of '{segment.Path}' is {segment.RateMultiplier}"
            );
        }

        return new ParameterTable(Segments);
    }

    /// <summary>Every layer's output must be one that can be counted; sides of a hostile file may overflow.</summary>
    private static Shape RequireSizes(Network network, Shape input)
    {
        RequireSize(input, "the input");
        Shape output = input;
        foreach (PlacedLayer placed in network.Place(input))
        {
            RequireSize(placed.Output, placed.Path);
            output = placed.Output;
        }

        return output;
    }

    private static void RequireSize(Shape shape, string path) =>
        Require(
            shape is { Height: > 0, Width: > 0, Channels: > 0 } && (Int128)shape.Height * shape.Width * shape.Channels <= Array.MaxLength,
            $"the size of {path}, {shape}, is out of all bounds"
        );

    private static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new CnnModelFormatException($"The model's description does not hold together: {problem}.");
        }
    }

    // What JSON, layers, shape rules and sizes throw over what they are given.
    private static bool IsAboutContent(Exception exception) =>
        exception is JsonException or ArgumentException or InvalidOperationException or NotSupportedException or OverflowException;
}
