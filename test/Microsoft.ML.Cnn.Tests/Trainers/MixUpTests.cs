using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Trainers;

public sealed class MixUpTests
{
    private readonly MLContext context = new(seed: 1);

    [Fact]
    public void Classes_are_learned_from_blended_images_with_weights_and_smoothing()
    {
        IDataView held = TinyImages.View(context, seed: 900);
        float[] Fit(float alpha)
        {
            CnnMulticlassTrainer.Options options = TinyImages.Options();
            (options.MixUp, options.Epoch, options.LabelSmoothing) = (alpha, 12, 0.1f);
            (options.ClassWeights, options.ExampleWeightColumnName) = (ClassWeights.Balanced, "Weight");
            CnnMulticlassPredictionTransformer model = context
                .MulticlassClassification.Trainers.Cnn(options)
                .Fit(TinyImages.View(context, 120));
            double accuracy = context.MulticlassClassification.Evaluate(model.Transform(held)).MicroAccuracy;
            Assert.True(accuracy > 0.9, $"accuracy {accuracy} with {alpha}");
            return model.Model.Model.GetParameter("output/weight");
        }

        Assert.Equal(Fit(0.4f), Fit(0.4f));
        Assert.NotEqual(Fit(0.4f), Fit(0));
    }

    [Fact]
    public void True_and_false_are_learned_from_blended_images()
    {
        List<CnnTrainingMetrics> course = [];
        IDataView View(int seed) =>
            context.Data.LoadFromEnumerable(
                Enumerable
                    .Range(0, 90)
                    .Select(i => new TinyImages.Labelled<bool> { Label = i % 3 == 0, Features = TinyImages.Pixels(i % 3, seed + i) })
            );
        CnnBinaryTrainer.Options options = new()
        {
            Network = TinyImages.Network,
            Epoch = 12,
            BatchSize = 8,
            Seed = 1,
            MixUp = 1,
            MetricsCallback = course.Add,
        };
        CnnBinaryPredictionTransformer model = context.BinaryClassification.Trainers.Cnn(options).Fit(View(1));
        Assert.True(context.BinaryClassification.Evaluate(model.Transform(View(900))).Accuracy > 0.9);
        Assert.InRange(course[^1].RunningTrainAccuracy!.Value, 0.6, 0.95);
    }

    [Fact]
    public void Numbers_are_learned_from_blended_images()
    {
        IDataView View(int seed) =>
            context.Data.LoadFromEnumerable(
                Enumerable
                    .Range(0, 90)
                    .Select(i => new TinyImages.Labelled<float>
                    {
                        Label = 100 + 7 * (i % 3),
                        Features = TinyImages.Pixels(i % 3, seed + i),
                    })
            );
        CnnRegressionTrainer.Options options = new()
        {
            Network = TinyImages.Network,
            Epoch = 20,
            BatchSize = 8,
            Seed = 1,
            LearningRate = 0.01f,
            MixUp = 0.4f,
        };
        CnnRegressionPredictionTransformer model = context.Regression.Trainers.Cnn(options).Fit(View(1));
        double fit = context.Regression.Evaluate(model.Transform(View(900))).RSquared;
        Assert.True(fit > 0.9, $"R2 {fit}");
    }
}
