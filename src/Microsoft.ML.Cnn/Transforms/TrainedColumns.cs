using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Transforms;

/// <summary>What a model file says of the columns that its model was trained on. As JSON, beside the model itself.</summary>
/// <param name="Feature">The name of the column of pixels.</param>
/// <param name="FeatureType">Its type.</param>
/// <param name="Labels">What the classes stand for, where that is known.</param>
/// <param name="IsVectorLabel">Whether a label is a vector of numbers.</param>
internal sealed record TrainedColumns(string Feature, VectorDataViewType FeatureType, LabelValues? Labels, bool IsVectorLabel = false)
{
    public const string EntryName = "Columns.json";

    private const int Version = 1;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public void Write(Stream stream) =>
        JsonSerializer.Serialize(
            stream,
            new Document(
                Version,
                Feature,
                FeatureType.Dimensions,
                Labels is null ? null : new LabelDocument(Labels.Kind.Name, Labels.Texts),
                IsVectorLabel
            ),
            Json
        );

    /// <exception cref="CnnModelFormatException">The stream does not hold what <see cref="Write"/> wrote.</exception>
    public static TrainedColumns Read(Stream stream)
    {
        try
        {
            return Of(JsonSerializer.Deserialize<Document>(stream, Json) ?? throw new JsonException("The document is empty."));
        }
        catch (Exception exception) when (exception is JsonException or FormatException or OverflowException or ArgumentException)
        {
            throw Damaged(exception.Message);
        }
    }

    /// <exception cref="CnnModelFormatException">The columns belong to another model.</exception>
    public void CheckAgainst(CnnModel model)
    {
        if (FeatureType.Size != model.InputShape.Length)
        {
            throw Damaged($"its column of {FeatureType.Size} pixels does not fit the model's images of {model.InputShape}.");
        }

        if (Labels is not null && Labels.Count != model.OutputLength)
        {
            throw Damaged($"it has {Labels.Count} label values for {model.OutputLength} classes.");
        }
    }

    private static TrainedColumns Of(Document document)
    {
        if (document.Version != Version)
        {
            throw Damaged($"it is of version {document.Version}, and this version of Microsoft.ML.Cnn reads version {Version}.");
        }

        if (string.IsNullOrEmpty(document.Feature) || document.FeatureDimensions.IsDefaultOrEmpty)
        {
            throw Damaged("it names no column of pixels.");
        }

        if (!document.FeatureDimensions.All(dimension => dimension > 0))
        {
            throw Damaged($"dimensions must be at least 1, received {string.Join(" x ", document.FeatureDimensions)}.");
        }

        return new TrainedColumns(
            document.Feature,
            new VectorDataViewType(NumberDataViewType.Single, document.FeatureDimensions),
            document.Labels is null ? null : Of(document.Labels),
            document.IsVectorLabel
        );
    }

    private static LabelValues Of(LabelDocument document)
    {
        LabelKind kind =
            LabelKind.All.FirstOrDefault(kind => kind.Name == document.Type)
            ?? throw Damaged($"labels of type '{document.Type}' are unknown.");
        if (document.Values.IsDefaultOrEmpty || document.Values.Contains(null!))
        {
            throw Damaged("a label value is missing.");
        }

        return kind.Parse(document.Values);
    }

    private static CnnModelFormatException Damaged(string what) => ModelPart.Damaged(EntryName, what);

    private sealed record Document(
        int Version,
        string Feature,
        ImmutableArray<int> FeatureDimensions,
        LabelDocument? Labels,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsVectorLabel = false
    );

    private sealed record LabelDocument(string Type, ImmutableArray<string> Values);
}
