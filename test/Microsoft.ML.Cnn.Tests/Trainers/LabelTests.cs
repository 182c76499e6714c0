using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Tests.Trainers;

/// <summary>Labels of every type, those that are missing, and those there are too few of.</summary>
public class LabelTests
{
    /// <summary>What ML.NET takes for a missing key in a member of a class: members count keys from 0.</summary>
    private const int Missing = 3;

    private readonly MLContext context = new(seed: 1);

    [Fact]
    public void The_values_of_text_labels_come_through_to_both_outputs()
    {
        IDataView images = TinyImages.View(context);
        CnnMulticlassPredictionTransformer model = Fit(images);
        DataViewSchema schema = model.GetOutputSchema(images.Schema);
        foreach (
            (string column, string annotation) in new[]
            {
                ("PredictedLabel", "KeyValues"),
                ("Score", "SlotNames"),
                ("Score", "TrainingLabelValues"),
            }
        )
        {
            Assert.EndsWith(": left middle right", ViewValues.Annotation(schema[column], annotation), StringComparison.Ordinal);
        }

        Assert.Equal(["left", "middle", "right"], model.Model.ClassNames);
        Assert.Equal(["left", "middle", "right"], model.Model.Model.ClassNames);
    }

    [Fact]
    public void Boolean_labels_come_through() => ComesThrough(i => i % 2 == 1);

    [Fact]
    public void Integer_labels_come_through()
    {
        ComesThrough(i => (sbyte)(i % 3 - 1));
        ComesThrough(i => (byte)(i % 3 + 250));
        ComesThrough(i => (short)(i % 3 - 30_000));
        ComesThrough(i => (ushort)(i % 3 + 60_000));
        ComesThrough(i => i % 3 - 7);
        ComesThrough(i => (uint)(i % 3) + 4_000_000_000);
        ComesThrough(i => i % 3 - 5_000_000_000);
        ComesThrough(i => (ulong)(i % 3) + 18_000_000_000_000_000_000);
    }

    [Fact]
    public void Labels_that_are_real_numbers_come_through()
    {
        ComesThrough(i => i % 3 / 3f);
        ComesThrough(i => i % 3 / 3d);
    }

    [Fact]
    public void Labels_that_are_times_come_through()
    {
        ComesThrough(i => new DateTime(2020, 2, 1 + i % 3, 1, 2, 3, DateTimeKind.Utc).AddTicks(7));
        ComesThrough(i => new DateTimeOffset(2020, 2, 1 + i % 3, 1, 2, 3, TimeSpan.FromHours(5)));
        ComesThrough(i => TimeSpan.FromTicks(i % 3 - 1));
    }

    [Theory]
    [InlineData(DataKind.Byte)]
    [InlineData(DataKind.UInt16)]
    [InlineData(DataKind.UInt64)]
    public void Keys_of_every_width_train_the_same_model(DataKind width)
    {
        IDataView images = TinyImages.View(context);
        IDataView others = context
            .Transforms.Conversion.ConvertType([new InputOutputColumnPair("Label")], width)
            .Fit(images)
            .Transform(images);
        Assert.NotEqual(typeof(uint), others.Schema["Label"].Type.RawType);
        Assert.IsType<KeyDataViewType>(others.Schema["Label"].Type);
        Assert.Equal(ViewValues.Read(Fit(images).Transform(images), "Score"), ViewValues.Read(Fit(others).Transform(others), "Score"));
    }

    [Fact]
    public void Rows_without_a_label_are_left_out()
    {
        List<KeyRow> rows = Rows(i => i % 3);
        IEnumerable<KeyRow> more = rows.SelectMany(row =>
            new[]
            {
                row,
                new KeyRow { Label = Missing, Features = TinyImages.Pixels(0, 99) },
            }
        );
        long trained = 0;
        CnnMulticlassTrainer.Options options = TinyImages.Options();
        options.MetricsCallback = metrics => trained = metrics.TrainImages;
        CnnModel model = context.MulticlassClassification.Trainers.Cnn(options).Fit(context.Data.LoadFromEnumerable(more)).Model.Model;
        Assert.Equal(rows.Count, trained);
        Assert.Equal(Fit(context.Data.LoadFromEnumerable(rows)).Model.Model.Normalization, model.Normalization);
    }

    [Fact]
    public void No_rows_at_all_are_refused() =>
        Assert.Contains("nothing to train on", Refused(context.Data.LoadFromEnumerable(new List<KeyRow>())), StringComparison.Ordinal);

    [Fact]
    public void Rows_of_which_none_has_a_label_are_refused() =>
        Assert.Contains("nothing to train on", Refused(context.Data.LoadFromEnumerable(Rows(_ => Missing))), StringComparison.Ordinal);

    [Fact]
    public void Rows_of_one_class_are_refused_with_its_name()
    {
        IDataView images = context.Data.FilterRowsByKeyColumnFraction(TinyImages.View(context), "Label", 0, 0.3);
        Assert.Contains("left", Refused(images), StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_with_a_single_key_is_refused()
    {
        IDataView images = TinyImages.WithKeys(context, TinyImages.Rows().Where(row => row.Label == "left"));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fit(images));
    }

    [Fact]
    public void A_label_of_unknown_number_of_keys_is_refused() =>
        Assert.Contains(
            "MapValueToKey",
            Assert
                .Throws<ArgumentOutOfRangeException>(() => Fit(context.Data.LoadFromEnumerable(new[] { new Uncounted { Label = 1 } })))
                .Message,
            StringComparison.Ordinal
        );

    private string Refused(IDataView images) => Assert.Throws<InvalidOperationException>(() => Fit(images)).Message;

    private void ComesThrough<T>(Func<int, T> labelOf)
    {
        List<TinyImages.Labelled<T>> rows =
        [
            .. Enumerable
                .Range(0, 24)
                .Select(i => new TinyImages.Labelled<T> { Label = labelOf(i), Features = TinyImages.Pixels(i % 3, i) }),
        ];
        IDataView images = TinyImages.WithKeys(context, rows);
        ITransformer reloaded = EstimatorContract.SaveAndLoad(context, Fit(images), images.Schema, out _);
        DataViewSchema schema = reloaded.GetOutputSchema(images.Schema);
        string? expected = ViewValues.Annotation(images.Schema["Label"], "KeyValues");
        Assert.NotNull(expected);
        Assert.Equal(expected, ViewValues.Annotation(schema["PredictedLabel"], "KeyValues"));
        Assert.Equal(expected, ViewValues.Annotation(schema["Score"], "TrainingLabelValues"));
        Assert.Null(ViewValues.Annotation(schema["Score"], "SlotNames"));
        IDataView labels = context
            .Transforms.Conversion.MapKeyToValue("PredictedLabel")
            .Fit(reloaded.Transform(images))
            .Transform(reloaded.Transform(images));
        Assert.Equal(typeof(T), labels.Schema["PredictedLabel"].Type.RawType);
        Assert.Equal(24, ViewValues.Read(labels, "PredictedLabel").Count);
    }

    private CnnMulticlassPredictionTransformer Fit(IDataView images)
    {
        CnnMulticlassTrainer.Options options = TinyImages.Options();
        options.Epoch = 2;
        return context.MulticlassClassification.Trainers.Cnn(options).Fit(images);
    }

    private static List<KeyRow> Rows(Func<int, int> labelOf) =>
        [.. Enumerable.Range(0, 30).Select(i => new KeyRow { Label = (uint)labelOf(i), Features = TinyImages.Pixels(i % 3, i) })];

    private sealed class KeyRow
    {
        [KeyType(3)]
        public uint Label { get; set; }

        [VectorType(TinyImages.Side, TinyImages.Side)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Uncounted
    {
        [KeyType(uint.MaxValue)]
        public uint Label { get; set; }

        [VectorType(TinyImages.Side, TinyImages.Side)]
        public float[] Features { get; set; } = new float[36];
    }
}
