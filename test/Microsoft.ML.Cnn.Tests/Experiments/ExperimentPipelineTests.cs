using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using SkiaSharp;

namespace Microsoft.ML.Cnn.Tests.Experiments;

public sealed class ExperimentPipelineTests : IDisposable
{
    private readonly MLContext context = new(seed: 1);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_size_of_images_and_how_they_are_read_are_searched()
    {
        IDataView train = Files("train", 24);
        IDataView validation = Files("validation", 12);
        CnnExperiment experiment = Images(train, validation);
        CnnTrialResult best = experiment.Run();

        Assert.Equal(6, experiment.Trials.Length);
        Assert.All(experiment.Trials, trial => Assert.Null(trial.Error));
        Assert.Equal([1, 3], experiment.Trials.Select(trial => trial.Epochs).Distinct().Order());
        Assert.Equal([8, 12], experiment.Trials.Select(trial => trial.TrialSettings.Parameters.Get<int>("Size")).Distinct().Order());
        IEnumerable<ITransformer> parts = Assert.IsAssignableFrom<IEnumerable<ITransformer>>(best.Model);
        CnnModel network = parts.OfType<CnnMulticlassPredictionTransformer>().Single().Model.Model;
        Assert.Equal(best.TrialSettings.Parameters.Get<int>("Size"), network.InputShape.Height);
        Assert.Equal(network.ParameterCount, best.ParameterCount);

        // From file names to names of classes.
        IDataView scored = best.Model!.Transform(validation);
        string[] predicted = [.. scored.GetColumn<string>("Predicted")];
        Assert.Equal(
            best.Metric,
            predicted.Zip(validation.GetColumn<string>("Label")).Average(pair => pair.First == pair.Second ? 1 : 0),
            1e-6
        );
    }

    [Fact]
    public async Task One_that_is_interrupted_goes_on_from_the_checkpoints_of_the_trainer_in_the_pipeline()
    {
        IDataView train = Files("train", 24);
        IDataView validation = Files("validation", 12);
        CnnExperiment expected = Images(train, validation);
        expected.Run();

        using CancellationTokenSource cancellation = new();
        CancelingMonitor monitor = new(cancellation, epochs: 4);
        CnnExperiment interrupted = Images(train, validation).SetCheckpoint(folder.PathOf("experiment")).SetMonitor(monitor);
        await interrupted.RunAsync(cancellation.Token);
        Assert.True(interrupted.Trials.Length < expected.Trials.Length);
        CnnExperiment experiment = Images(train, validation).SetCheckpoint(folder.PathOf("experiment"));
        experiment.Run();
        Assert.Equal(expected.Trials.Select(SmallExperiment.Describe), experiment.Trials.Select(SmallExperiment.Describe));
    }

    [Fact]
    public void A_metric_that_takes_an_evaluation_is_that_of_the_whole_pipeline()
    {
        IDataView validation = SmallExperiment.Numbers(context, 45, seed: 700);
        CnnTrialResult best = context
            .Regression.CreateCnnExperiment()
            .SetDataset(SmallExperiment.Numbers(context, 60), validation)
            .SetRegressionMetric(CnnMetric.MeanAbsoluteError, scoreColumn: "Meters")
            .SetSearchSpace(SmallExperiment.Space)
            .SetPipeline(parameters =>
            {
                CnnRegressionTrainer.Options options = SmallExperiment.Options<CnnRegressionTrainer.Options>(parameters);
                options.LearningRate /= 5;
                return context
                    .Transforms.NormalizeMeanVariance("Features")
                    .Append(context.Regression.Trainers.Cnn(options))
                    .Append(context.Transforms.Expression("Meters", "x => x + 1000f", "Score"));
            })
            .SetMaxEpoch(3)
            .SetMaxModelToExplore(2)
            .Run();
        Assert.Equal(
            context.Regression.Evaluate(best.Model!.Transform(validation), scoreColumnName: "Meters").MeanAbsoluteError,
            best.Metric,
            1e-3
        );
        Assert.InRange(best.Metric, 900, 1100);
    }

    [Fact]
    public void A_pipeline_without_a_network_is_trained_once_a_trial()
    {
        int made = 0;
        CnnExperiment experiment = context
            .MulticlassClassification.CreateCnnExperiment()
            .SetDataset(TinyImages.View(context), TinyImages.View(context, 45, seed: 700))
            .SetMulticlassClassificationMetric(CnnMetric.MacroAccuracy)
            .SetSearchSpace(new() { { "L2", CnnSearchOption.LogUniform(1e-4, 1) }, { "Scaled", CnnSearchOption.Choice(true, false) } })
            .SetPipeline(parameters =>
            {
                made++;
                IEstimator<ITransformer> trainer = context.MulticlassClassification.Trainers.SdcaMaximumEntropy(
                    l2Regularization: parameters.Get<float>("L2"),
                    maximumNumberOfIterations: 5
                );
                return parameters.Get<bool>("Scaled") ? context.Transforms.NormalizeMinMax("Features").Append(trainer) : trainer;
            })
            .SetMaxEpoch(9)
            .SetMaxModelToExplore(9);
        CnnTrialResult best = experiment.Run();
        Assert.Equal(9, experiment.Trials.Length);
        Assert.Contains(experiment.Trials, trial => trial.Epochs > 1);
        Assert.InRange(made, 9, 10);
        double accuracy = context
            .MulticlassClassification.Evaluate(best.Model!.Transform(TinyImages.View(context, 45, seed: 700)))
            .MacroAccuracy;
        Assert.InRange(best.Metric, accuracy - 0.05, accuracy + 0.05);
    }

    [Fact]
    public void What_cannot_be_a_pipeline_is_refused()
    {
        CnnMulticlassTrainer trainer = context.MulticlassClassification.Trainers.Cnn(TinyImages.Options());
        CnnExperiment twice = Tiny().SetSearchSpace(SmallExperiment.Space).SetPipeline(_ => trainer.Append(trainer));
        Assert.Contains(
            "The pipeline has 2 trainers",
            Assert.Throws<TimeoutException>(() => twice.Run()).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "SetSearchSpace",
            Assert.Throws<InvalidOperationException>(() => Tiny().SetPipeline(_ => trainer).Run()).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "SetPipeline and SetOptions both say",
            Assert
                .Throws<InvalidOperationException>(() =>
                    Tiny().SetPipeline(_ => trainer).SetOptions(SmallExperiment.Options<CnnMulticlassTrainer.Options>)
                )
                .Message,
            StringComparison.Ordinal
        );
    }

    private CnnExperiment Tiny() =>
        context
            .MulticlassClassification.CreateCnnExperiment()
            .SetDataset(TinyImages.View(context), TinyImages.View(context, 45, seed: 700))
            .SetMaxModelToExplore(1);

    private CnnExperiment Images(IDataView train, IDataView validation) =>
        context
            .MulticlassClassification.CreateCnnExperiment()
            .SetDataset(train, validation)
            .SetSearchSpace(
                new()
                {
                    { "Size", CnnSearchOption.Choice(8, 12) },
                    {
                        "Resizing",
                        CnnSearchOption.Choice(ImageResizingEstimator.ResizingKind.Fill, ImageResizingEstimator.ResizingKind.IsoPad)
                    },
                    { "Filters", CnnSearchOption.Integer(2, 4) },
                    { "Rate", CnnSearchOption.LogUniform(0.01, 0.1) },
                }
            )
            .SetPipeline(parameters =>
            {
                int size = parameters.Get<int>("Size");
                ImageResizingEstimator.ResizingKind kind = parameters.Get<ImageResizingEstimator.ResizingKind>("Resizing");
                return context
                    .Transforms.Conversion.MapValueToKey("Label")
                    .Append(context.Transforms.LoadImages("Image", folder.Path, "File"))
                    .Append(context.Transforms.ResizeImages("Image", size, size, resizing: kind))
                    .Append(context.Transforms.ExtractPixels("Features", "Image"))
                    .Append(
                        context.MulticlassClassification.Trainers.Cnn(SmallExperiment.Options<CnnMulticlassTrainer.Options>(parameters))
                    )
                    .Append(context.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel"));
            })
            .SetSeed(4)
            .SetMaxEpoch(3)
            .SetMaxModelToExplore(6);

    /// <summary>Pictures whose class is what is left of a step.</summary>
    private IDataView Files(string name, int count)
    {
        SKColor[] colors = [SKColors.DarkRed, SKColors.DarkGreen, SKColors.DarkBlue];
        List<FileRow> rows = [];
        for (int i = 0; i < count; i++)
        {
            using SKBitmap bitmap = new(14, 10);
            bitmap.Erase(colors[i % 3]);
            bitmap.SetPixel(i % 7, i % 5, SKColors.White);
            string file = $"{name}-{i}.png";
            using FileStream stream = File.Create(folder.PathOf(file));
            bitmap.Encode(stream, SKEncodedImageFormat.Png, 100);
            rows.Add(new FileRow { File = file, Label = $"colour {i % 3}" });
        }

        return context.Data.LoadFromEnumerable(rows);
    }

    private sealed class FileRow
    {
        public string File { get; set; } = "";

        public string Label { get; set; } = "";
    }
}
