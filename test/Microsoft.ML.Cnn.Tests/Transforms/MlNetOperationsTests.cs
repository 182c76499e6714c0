using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Transforms;

/// <summary>What ML.NET does with models of any kind.</summary>
public class MlNetOperationsTests
{
    private readonly MLContext context = new(seed: 1);

    [Fact]
    public void Folds_are_cross_validated()
    {
        var folds = context.MulticlassClassification.CrossValidate(
            TinyImages.View(context, 90),
            context.MulticlassClassification.Trainers.Cnn(TinyImages.Options()),
            numberOfFolds: 3
        );
        Assert.Equal(3, folds.Count);
        Assert.All(folds, fold => Assert.InRange(fold.Metrics.MicroAccuracy, 0.8, 1));
    }

    [Fact]
    public void Accuracy_is_measured_among_the_greatest_scores()
    {
        CnnMulticlassTrainer.Options options = TinyImages.Options();
        (options.Epoch, options.LearningRate) = (1, 0.0001f);
        IDataView images = TinyImages.View(context);
        IDataView scored = context.MulticlassClassification.Trainers.Cnn(options).Fit(images).Transform(images);
        List<float[]> scores = [.. context.Data.CreateEnumerable<TinyImages.Scored>(scored, false).Select(row => row.Score)];
        double AmongGreatest(int count) =>
            scores.Index().Average(row => row.Item.Count(score => score > row.Item[row.Index % 3]) < count ? 1.0 : 0);

        var metrics = context.MulticlassClassification.Evaluate(scored, topKPredictionCount: 2);
        Assert.Equal(AmongGreatest(1), metrics.MicroAccuracy, 1e-9);
        Assert.Equal(AmongGreatest(2), metrics.TopKAccuracy, 1e-9);
        Assert.True(AmongGreatest(1) < AmongGreatest(2) && AmongGreatest(2) < 1);
    }

    [Fact]
    public void The_importance_of_features_is_measured_on_a_transformer()
    {
        IDataView images = TinyImages.View(context);
        CnnMulticlassPredictionTransformer model = context.MulticlassClassification.Trainers.Cnn(TinyImages.Options()).Fit(images);
        var importance = context.MulticlassClassification.PermutationFeatureImportance(model, model.Transform(images));
        Assert.Equal(36, importance.Length);
        Assert.Contains(importance, feature => feature.MicroAccuracy.Mean < 0);
    }

    [Fact]
    public void The_importance_of_features_is_measured_on_a_chain()
    {
        List<Tabular> rows =
        [
            .. Enumerable
                .Range(0, 60)
                .Select(i => new Tabular
                {
                    Label = $"{i % 2}",
                    A = i % 2 * 10 + i % 3,
                    B = i % 5,
                    C = i % 7,
                    D = 1 - i % 2,
                }),
        ];
        IDataView data = context.Data.LoadFromEnumerable(rows);
        CnnMulticlassTrainer.Options options = TinyImages.Options();
        (options.InputShape, options.Network) = (new Shape(1, 4, 1), Network.Sequential(new Flatten()));
        ITransformer model = context
            .Transforms.Conversion.MapValueToKey("Label")
            .Append(context.Transforms.Concatenate("Features", "A", "B", "C", "D"))
            .Append(context.MulticlassClassification.Trainers.Cnn(options))
            .Fit(data);
        var importance = context.MulticlassClassification.PermutationFeatureImportance(model, model.Transform(data));
        Assert.Equal(["A", "B", "C", "D"], importance.Keys.Order());
    }

    [Fact]
    public void A_binary_file_of_pixels_keeps_their_shape()
    {
        using MemoryStream file = new();
        IDataView images = TinyImages.View(context);
        context.Data.SaveAsBinary(images, file);
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.idv");
        try
        {
            File.WriteAllBytes(path, file.ToArray());
            IDataView loaded = context.Data.LoadFromBinary(path);
            CnnMulticlassTrainer trainer = context.MulticlassClassification.Trainers.Cnn(TinyImages.Options());
            Assert.Equal(trainer.Fit(images).Model.Model.InputShape, trainer.Fit(loaded).Model.Model.InputShape);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private sealed class Tabular
    {
        public string Label { get; set; } = "";

        public float A { get; set; }

        public float B { get; set; }

        public float C { get; set; }

        public float D { get; set; }
    }
}
