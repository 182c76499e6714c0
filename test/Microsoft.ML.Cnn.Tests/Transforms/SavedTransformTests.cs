using System.IO.Compression;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Transforms;

/// <summary>Zips of filters and features that were damaged.</summary>
public sealed class SavedTransformTests
{
    private const string Filters = "Filters.json";
    private const string Features = "Features.json";

    private readonly MLContext context = new(seed: 1);

    [Theory]
    [InlineData(Filters, "\"version\": 1", "\"version\": 2")]
    [InlineData(Filters, "\"output\": \"Edges\"", "\"output\": \"\"")]
    [InlineData(Filters, "\"output\": \"Edges\"", "\"output\": null")]
    [InlineData(Filters, "\"filters\": [", "\"filters\": [null,")]
    [InlineData(Filters, "\"filters\": [", "\"filters\": null, \"others\": [")]
    [InlineData(Filters, "\"weights\": [", "\"weights\": [7,")]
    [InlineData(Filters, "\"weights\": [", "\"weights\": null, \"others\": [")]
    [InlineData(Filters, "\"Replicate\"", "\"Repeat\"")]
    [InlineData(Filters, "\"stride\": [", "\"stride\": [0,")]
    [InlineData(Filters, "\"inputShape\": [", "\"inputShape\": [3,")]
    [InlineData(Filters, "{", "")]
    [InlineData(Features, "\"version\": 1", "\"version\": 2")]
    [InlineData(Features, "\"input\": \"Features\"", "\"input\": \"\"")]
    [InlineData(Features, "\"layer\": \"conv1\"", "\"layer\": \"conv2\"")]
    [InlineData(Features, "\"layer\": \"conv1\"", "\"layer\": null")]
    [InlineData(Features, "\"layer\"", "\"layers\"")]
    [InlineData(Features, "{", "")]
    public void A_part_that_does_not_hold_together_is_refused_by_its_name(string part, string original, string changed)
    {
        string message = Refused(part, text => Changed(text, original, changed));
        Assert.Contains($"damaged in its part '{part}'", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Filters)]
    [InlineData(Features)]
    [InlineData("cnn-model.bin")]
    public void A_part_that_is_missing_is_named(string part) =>
        Assert.Contains($"its part '{part}' is missing", Refused(part, _ => null), StringComparison.Ordinal);

    private static string Changed(string text, string original, string changed)
    {
        int place = text.IndexOf(original, StringComparison.Ordinal);
        Assert.True(place >= 0, $"there is no {original} in {text}");
        return text[..place] + changed + text[(place + original.Length)..];
    }

    /// <summary>Saves, changes or removes a part, and gives the message with which loading fails.</summary>
    private string Refused(string part, Func<string, string?> change)
    {
        using MemoryStream file = Save();
        using (ZipArchive zip = new(file, ZipArchiveMode.Update, leaveOpen: true))
        {
            ZipArchiveEntry entry = zip.Entries.Single(entry => entry.FullName.EndsWith(part, StringComparison.Ordinal));
            string name = entry.FullName;
            string text;
            using (StreamReader reader = new(entry.Open()))
            {
                text = reader.ReadToEnd();
            }

            entry.Delete();
            if (change(text) is { } changed)
            {
                using StreamWriter writer = new(zip.CreateEntry(name).Open());
                writer.Write(changed);
            }
        }

        file.Position = 0;
        Exception exception = Assert.ThrowsAny<Exception>(() => new MLContext().Model.Load(file, out _));
        return Assert.IsType<CnnModelFormatException>(exception.GetBaseException()).Message;
    }

    private MemoryStream Save()
    {
        IDataView images = TinyImages.View(context, 3);
        ImageConvolvingEstimator.Options options = new()
        {
            OutputColumnName = "Edges",
            InputColumnName = "Features",
            Filters = [ImageFilters.Laplacian],
            InputShape = new Shape(TinyImages.Side, TinyImages.Side, 1),
        };
        ITransformer model = context
            .Transforms.Convolve(options)
            .Append(
                context.Transforms.ExtractCnnFeatures(
                    "Embedding",
                    "Features",
                    CnnModel.Create(TinyImages.Network, options.InputShape.Value),
                    "conv1"
                )
            )
            .Fit(images);
        MemoryStream file = new();
        context.Model.Save(model, images.Schema, file);
        file.Position = 0;
        return file;
    }
}
