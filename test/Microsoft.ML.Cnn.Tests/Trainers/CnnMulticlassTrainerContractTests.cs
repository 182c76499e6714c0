using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Tests.Trainers;

/// <summary>What ML.NET asks of every trainer.</summary>
public class CnnMulticlassTrainerContractTests
{
    private readonly MLContext context = new(seed: 1);

    [Fact]
    public void Promises_are_kept_and_wrong_inputs_refused_by_all_methods_alike()
    {
        IDataView valid = TinyImages.View(context);
        EstimatorContract.Check(
            context,
            context.MulticlassClassification.Trainers.Cnn(TinyImages.Options()),
            valid,
            context.Transforms.DropColumns("Features").Fit(valid).Transform(valid),
            context.Transforms.Conversion.ConvertType("Features", outputKind: DataKind.Double).Fit(valid).Transform(valid),
            context.Data.LoadFromEnumerable(new[] { new BytePixels { Label = 1 } }),
            context.Transforms.CopyColumns("Features", "Weight").Fit(valid).Transform(valid),
            context.Data.LoadFromEnumerable(
                new[]
                {
                    new UnknownSize { Label = 1, Features = new float[36] },
                }
            )
        );
    }

    [Fact]
    public void Promises_are_kept_for_labels_without_values()
    {
        List<KeyLabelled> rows =
        [
            .. Enumerable.Range(0, 30).Select(i => new KeyLabelled { Label = (uint)(i % 3) + 1, Features = TinyImages.Pixels(i % 3, i) }),
        ];
        EstimatorContract.Check(
            context,
            context.MulticlassClassification.Trainers.Cnn(TinyImages.Options()),
            context.Data.LoadFromEnumerable(rows)
        );
    }

    [Fact]
    public void Promises_are_kept_for_labels_that_are_numbers()
    {
        List<TinyImages.Labelled<float>> rows =
        [
            .. Enumerable
                .Range(0, 30)
                .Select(i => new TinyImages.Labelled<float> { Label = i % 3 / 2f, Features = TinyImages.Pixels(i % 3, i) }),
        ];
        EstimatorContract.Check(
            context,
            context.MulticlassClassification.Trainers.Cnn(TinyImages.Options()),
            TinyImages.WithKeys(context, rows)
        );
    }

    [Fact]
    public void Promises_are_kept_where_the_input_has_scores_of_another_model()
    {
        IDataView images = TinyImages.View(context);
        CnnMulticlassTrainer trainer = context.MulticlassClassification.Trainers.Cnn(TinyImages.Options());
        IDataView scored = trainer.Fit(images).Transform(images);
        DataViewSchema twice = trainer.Fit(scored).GetOutputSchema(scored.Schema);
        Assert.EndsWith(": 2", ViewValues.Annotation(twice["Score"], "ScoreColumnSetId"), StringComparison.Ordinal);
        EstimatorContract.Check(context, trainer, context.Transforms.DropColumns("PredictedLabel", "Score").Fit(scored).Transform(scored));
    }

    [Theory]
    [InlineData("Label")]
    [InlineData("Weight")]
    public void A_column_of_the_wrong_type_is_refused_by_name(string column)
    {
        IDataView images = TinyImages.View(context);
        IDataView wrong = context.Transforms.CopyColumns(column, "Features").Fit(images).Transform(images);
        CnnMulticlassTrainer.Options options = TinyImages.Options();
        options.ExampleWeightColumnName = "Weight";
        CnnMulticlassTrainer trainer = context.MulticlassClassification.Trainers.Cnn(options);
        Assert.Contains(
            $"'{column}'",
            Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Fit(wrong)).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Append(context.Transforms.CopyColumns("x", "Score")).Fit(wrong));
    }

    [Fact]
    public void A_missing_column_is_told_with_those_there_are()
    {
        CnnMulticlassTrainer trainer = context.MulticlassClassification.Trainers.Cnn(TinyImages.Network, featureColumnName: "Pixels");
        string message = Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Fit(TinyImages.View(context))).Message;
        Assert.Contains("'Pixels'", message, StringComparison.Ordinal);
        Assert.Contains("Label, Weight, Features", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Null_arguments_are_refused_by_name()
    {
        CnnMulticlassTrainer trainer = context.MulticlassClassification.Trainers.Cnn(TinyImages.Options());
        CnnMulticlassPredictionTransformer transformer = trainer.Fit(TinyImages.View(context));
        Refused("input", () => trainer.Fit(null!));
        Refused("trainData", () => trainer.Fit(null!, null));
        Refused("inputSchema", () => trainer.GetOutputSchema(null!));
        Refused("input", () => transformer.Transform(null!));
        Refused("inputSchema", () => transformer.GetOutputSchema(null!));
        Refused("inputSchema", () => transformer.GetRowToRowMapper(null!));
        Refused("catalog", () => CnnCatalog.Cnn(null!, TinyImages.Network));
        Refused("options", () => context.MulticlassClassification.Trainers.Cnn((CnnMulticlassTrainer.Options)null!));
        Refused("Network", () => context.MulticlassClassification.Trainers.Cnn((Network)null!));
    }

    private static void Refused(string name, Action action) => Assert.Equal(name, Assert.Throws<ArgumentNullException>(action).ParamName);

    private sealed class BytePixels
    {
        [KeyType(3)]
        public uint Label { get; set; }

        [VectorType(TinyImages.Side, TinyImages.Side, 1)]
        public byte[] Features { get; set; } = new byte[36];
    }

    private sealed class UnknownSize
    {
        [KeyType(3)]
        public uint Label { get; set; }

        public float[] Features { get; set; } = [];
    }

    private sealed class KeyLabelled
    {
        [KeyType(3)]
        public uint Label { get; set; }

        [VectorType(TinyImages.Side, TinyImages.Side)]
        public float[] Features { get; set; } = [];
    }
}
