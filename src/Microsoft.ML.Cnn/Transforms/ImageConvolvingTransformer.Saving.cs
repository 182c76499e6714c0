using System.Collections.Immutable;
using Microsoft.ML;
using Microsoft.ML.Cnn;
using Microsoft.ML.Cnn.Interop;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Transforms;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(ImageConvolvingTransformer),
    null,
    typeof(SignatureLoadModel),
    "",
    ImageConvolvingTransformer.LoaderSignature
)]

namespace Microsoft.ML.Cnn;

public sealed partial class ImageConvolvingTransformer
{
    internal const string LoaderSignature = "CnnImageConvolving";

    private const string FiltersName = "Filters.json";
    private const int FiltersVersion = 1;

    private static readonly ModelEntry Entry = new("CNNCONVO", LoaderSignature);

    private protected override void Save(ModelSaveContext context)
    {
        Entry.WriteHeader(context);
        ModelPart.WriteJson(
            context,
            FiltersName,
            FiltersVersion,
            new Document(
                filtering.Output,
                filtering.Input,
                [.. filtering.Filters.Select(filter => new FilterDocument(filter.Name, filter.Size, filter.Weights))],
                filtering.Channels,
                filtering.Magnitude,
                filtering.Stride,
                filtering.Padding,
                filtering.Border,
                filtering.BorderValue,
                filtering.InputShape is { } shape ? [shape.Height, shape.Width, shape.Channels] : null,
                filtering.PixelOrder
            )
        );
    }

    /// <summary>Called by ML.NET, which finds it through the attribute above.</summary>
    private static ImageConvolvingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ArgumentNullException.ThrowIfNull(env);
        Entry.CheckHeader(ctx);
        Document document = ModelPart.ReadJson<Document>(ctx, FiltersName, FiltersVersion);
        try
        {
            return new ImageConvolvingTransformer(Filtering.Of(document.ToOptions()));
        }
        catch (ArgumentException exception)
        {
            throw ModelPart.Damaged(FiltersName, exception.Message);
        }
    }

    private sealed record Document(
        string Output,
        string Input,
        ImmutableArray<FilterDocument?> Filters,
        ChannelCombination Channels,
        bool Magnitude,
        Size2D Stride,
        Padding Padding,
        Border Border,
        float BorderValue,
        int[]? InputShape,
        PixelOrder? PixelOrder
    )
    {
        public ImageConvolvingEstimator.Options ToOptions() =>
            new()
            {
                OutputColumnName = Output,
                InputColumnName = Input,
                Filters = Filters.IsDefault ? [] : [.. Filters.Select(filter => filter?.ToFilter()!)],
                Channels = Channels,
                Magnitude = Magnitude,
                Stride = Stride,
                Padding = Padding,
                Border = Border,
                BorderValue = BorderValue,
                InputShape = InputShape switch
                {
                    null => null,
                    [int height, int width, int channels] => new Shape(height, width, channels),
                    _ => throw new ArgumentException($"A shape has three sides, not {InputShape.Length}."),
                },
                PixelOrder = PixelOrder,
            };
    }

    private sealed record FilterDocument(string Name, Size2D Size, ImmutableArray<float> Weights)
    {
        public ImageFilter ToFilter() => new(Name, Size, Weights);
    }
}
