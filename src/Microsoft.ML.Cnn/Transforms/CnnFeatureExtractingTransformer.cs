using System.Collections.Immutable;
using Microsoft.ML;
using Microsoft.ML.Cnn;
using Microsoft.ML.Cnn.Interop;
using Microsoft.ML.Cnn.Serialization;
using Microsoft.ML.Cnn.Transforms;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(CnnFeatureExtractingTransformer),
    null,
    typeof(SignatureLoadModel),
    "",
    CnnFeatureExtractingTransformer.LoaderSignature
)]

namespace Microsoft.ML.Cnn;

/// <summary>Adds a column with the activations of a layer of a trained network; see <see cref="CnnFeatureExtractingEstimator"/>.</summary>
public sealed class CnnFeatureExtractingTransformer : ImageRowTransformer
{
    internal const string LoaderSignature = "CnnFeatureExtracting";

    private const string ColumnsName = "Features.json";
    private const int ColumnsVersion = 1;

    private static readonly ModelEntry Entry = new("CNNFEATU", LoaderSignature);

    private readonly CnnModel beginning;
    private readonly BatchScorers scorers;
    private readonly VectorDataViewType imageType;

    /// <param name="output">The name of the column of features.</param>
    /// <param name="input">The name of the column of pixels.</param>
    /// <param name="beginning">The network up to the layer.</param>
    /// <param name="layer">The path of the layer.</param>
    internal CnnFeatureExtractingTransformer(string output, string input, CnnModel beginning, string layer)
    {
        (OutputColumnName, InputColumnName, this.beginning, Layer) = (output, input, beginning, layer);
        scorers = new BatchScorers(beginning);
        Shape image = beginning.InputShape;
        imageType =
            beginning.PixelOrder == PixelOrder.Planar
                ? new VectorDataViewType(NumberDataViewType.Single, image.Channels, image.Height, image.Width)
                : new VectorDataViewType(NumberDataViewType.Single, image.Height, image.Width, image.Channels);
    }

    /// <summary>The column of features.</summary>
    public string OutputColumnName { get; }

    /// <summary>The column of pixels.</summary>
    public string InputColumnName { get; }

    /// <summary>The path of the layer.</summary>
    public string Layer { get; }

    /// <summary>What leaves the layer for one image.</summary>
    public Shape FeatureShape => beginning.Description.OutputShape;

    private protected override BoundModel Bind(DataViewSchema schema, string parameter)
    {
        ArgumentNullException.ThrowIfNull(schema, parameter);
        DataViewSchema.Column image = FeatureColumn.Find(schema, InputColumnName, parameter, acceptsBytes: true);
        FeatureColumn.CheckAgainst(imageType, image, parameter);
        Shape shape = FeatureShape;
        ImmutableArray<int> dimensions = shape.IsFlat ? [shape.Channels] : [shape.Height, shape.Width, shape.Channels];
        return new BoundModel(beginning, scorers, new ImageColumnOutput(OutputColumnName, dimensions, SlotNames), schema, image);
    }

    private protected override void Save(ModelSaveContext context)
    {
        Entry.WriteHeader(context);
        ModelEntry.WriteStream(context, ModelZip.EntryName, stream => ModelPayload.Write(stream, beginning));
        ModelPart.WriteJson(context, ColumnsName, ColumnsVersion, new Columns(OutputColumnName, InputColumnName, Layer));
    }

    /// <summary>Called by ML.NET, which finds it through the attribute above.</summary>
    private static CnnFeatureExtractingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ArgumentNullException.ThrowIfNull(env);
        Entry.CheckHeader(ctx);
        CnnModel model = ModelPart.Read(ctx, ModelZip.EntryName, ModelPayload.Read);
        Columns columns = ModelPart.ReadJson<Columns>(ctx, ColumnsName, ColumnsVersion);
        if (columns is not { Output.Length: > 0, Input.Length: > 0 })
        {
            throw ModelPart.Damaged(ColumnsName, "a column has no name.");
        }

        try
        {
            return new CnnFeatureExtractingTransformer(columns.Output, columns.Input, model.UpTo(columns.Layer), columns.Layer);
        }
        catch (ArgumentException exception)
        {
            throw ModelPart.Damaged(ColumnsName, exception.Message);
        }
    }

    private IEnumerable<string> SlotNames()
    {
        Shape shape = FeatureShape;
        if (shape.IsFlat)
        {
            return Enumerable.Range(0, shape.Channels).Select(feature => $"{Layer}_{feature}");
        }

        return from y in Enumerable.Range(0, shape.Height)
            from x in Enumerable.Range(0, shape.Width)
            from channel in Enumerable.Range(0, shape.Channels)
            select $"{Layer}_{y}_{x}_{channel}";
    }

    private sealed record Columns(string Output, string Input, string Layer);
}
