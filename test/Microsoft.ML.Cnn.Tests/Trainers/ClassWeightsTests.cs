using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Tests.Trainers;

public class ClassWeightsTests
{
    private static readonly Dictionary<string, float> weights = new() { ["left"] = 2, ["right"] = 0.5f };

    private readonly MLContext context = new(seed: 1);

    [Fact]
    public void A_class_weighs_as_much_as_if_each_of_its_examples_did()
    {
        List<TinyImages.TextLabelled> rows = TinyImages.Rows();
        float[] weighted = Train(rows, ClassWeights.Of(weights));
        Assert.NotEqual(Train(rows, null), weighted);
        rows.ForEach(row => row.Weight = weights.GetValueOrDefault(row.Label, 1));
        Assert.Equal(Train(rows, null), weighted);
    }

    [Fact]
    public void Weights_of_classes_multiply_those_of_examples()
    {
        List<TinyImages.TextLabelled> rows = TinyImages.Rows();
        rows.ForEach(row => row.Weight = 1 + row.Features[0] / 64);
        float[] weighted = Train(rows, ClassWeights.Of(weights));
        rows.ForEach(row => row.Weight *= weights.GetValueOrDefault(row.Label, 1));
        Assert.Equal(Train(rows, null), weighted);
    }

    [Fact]
    public void Balanced_classes_weigh_the_same_together()
    {
        // 20 rows on the left, 10 in the middle, 5 on the right.
        List<TinyImages.TextLabelled> rows =
        [
            .. TinyImages
                .Rows(60)
                .Index()
                .Where(row => row.Index % 3 == 0 || row.Index < 30 && (row.Index % 3 == 1 || row.Index < 15))
                .Select(row => row.Item),
        ];
        Assert.Equal([20, 10, 5], rows.CountBy(row => row.Label).Select(count => count.Value));
        Dictionary<string, float> balanced = new()
        {
            ["left"] = (float)(35 / 3.0 / 20),
            ["middle"] = (float)(35 / 3.0 / 10),
            ["right"] = (float)(35 / 3.0 / 5),
        };
        Assert.Equal(Train(rows, ClassWeights.Of(balanced)), Train(rows, ClassWeights.Balanced));
    }

    [Fact]
    public void Keys_without_values_are_called_by_their_number()
    {
        IDataView images = context.Data.LoadFromEnumerable(
            TinyImages.Rows().Select((row, i) => new KeyLabelled { Label = (uint)(i % 3) + 1, Features = row.Features })
        );
        Assert.NotEqual(Train(images, null), Train(images, ClassWeights.Of(new Dictionary<string, float> { ["3"] = 4 })));
        Assert.Contains("1, 2, 3", Refused(images, "0"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_weight_for_an_unknown_class_is_refused_with_those_there_are()
    {
        string message = Refused(TinyImages.View(context), "lfet");
        Assert.Contains("'lfet'", message, StringComparison.Ordinal);
        Assert.Contains("left, middle, right", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_weight_must_be_finite_and_above_zero(float weight)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() =>
            ClassWeights.Of(new Dictionary<string, float> { ["left"] = weight })
        );
        Assert.Contains("'left'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void There_must_be_a_weight()
    {
        Assert.Throws<ArgumentException>(() => ClassWeights.Of(new Dictionary<string, float>()));
        Assert.Throws<ArgumentNullException>(() => ClassWeights.Of(null!));
    }

    private string Refused(IDataView images, string unknown)
    {
        CnnMulticlassTrainer.Options options = TinyImages.Options();
        options.ClassWeights = ClassWeights.Of(new Dictionary<string, float> { [unknown] = 1 });
        options.MetricsCallback = _ => Assert.Fail("It was trained.");
        CnnMulticlassTrainer trainer = context.MulticlassClassification.Trainers.Cnn(options);
        ArgumentException exception = Assert.Throws<ArgumentException>(() => trainer.Fit(images));
        Assert.Equal("ClassWeights", exception.ParamName);
        return exception.Message;
    }

    private float[] Train(List<TinyImages.TextLabelled> rows, ClassWeights? weights) =>
        Train(TinyImages.WithKeys(context, rows), weights, "Weight");

    private float[] Train(IDataView images, ClassWeights? weights, string? exampleWeights = null)
    {
        CnnMulticlassTrainer.Options options = TinyImages.Options();
        (options.Epoch, options.ClassWeights, options.ExampleWeightColumnName) = (2, weights, exampleWeights);
        CnnModel model = context.MulticlassClassification.Trainers.Cnn(options).Fit(images).Model.Model;
        return [.. model.Segments.SelectMany(segment => model.GetParameter(segment.Path))];
    }

    private sealed class KeyLabelled
    {
        [KeyType(3)]
        public uint Label { get; set; }

        [VectorType(TinyImages.Side, TinyImages.Side, 1)]
        public float[] Features { get; set; } = [];
    }
}
