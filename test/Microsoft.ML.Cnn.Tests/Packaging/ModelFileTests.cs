using System.Globalization;
using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Tests.Packaging;

/// <summary>A model that one process saves and another, which knows the package only, loads.</summary>
public class ModelFileTests(PackedLibrary library) : IClassFixture<PackedLibrary>
{
    private const string Program = """
        using System.Globalization;
        using Microsoft.ML;
        using Microsoft.ML.Data;

        MLContext context = new();
        ITransformer model = context.Model.Load(args[0], out _);
        float[] pixels = [.. args[1].Split(' ').Select(text => float.Parse(text, CultureInfo.InvariantCulture))];
        IDataView image = context.Data.LoadFromEnumerable([new Image { Features = pixels }]);
        float[] values = model.Transform(image).GetColumn<float[]>(args[2]).Single();
        Console.Write(string.Join(' ', values.Select(value => value.ToString(CultureInfo.InvariantCulture))));

        class Image
        {
            [VectorType(6, 6, 1)]
            public float[] Features { get; set; } = [];
        }
        """;

    private readonly MLContext context = new(seed: 1);

    [Fact]
    public async Task A_fresh_process_loads_a_model_with_no_call_but_ml_net_s_own()
    {
        IDataView images = TinyImages.View(context);
        await LoadsInAFreshProcess(context.MulticlassClassification.Trainers.Cnn(TinyImages.Options()).Fit(images), images, "Score");
    }

    [Fact]
    public async Task A_fresh_process_loads_filters_and_features_likewise()
    {
        IDataView images = TinyImages.View(context);
        CnnModel model = CnnModel.Create(TinyImages.Network, new Shape(6, 6, 1), seed: 1);
        ITransformer pipeline = context
            .Transforms.Convolve("Edges", "Features", ImageFilters.Sharpen)
            .Append(context.Transforms.ExtractCnnFeatures("Embedding", "Edges", model, layer: "relu1"))
            .Fit(images);
        await LoadsInAFreshProcess(pipeline, images, "Embedding");
    }

    [Fact]
    public async Task A_fresh_process_loads_models_of_other_tasks_likewise()
    {
        IDataView images = context.Data.LoadFromEnumerable(
            Enumerable
                .Range(0, 20)
                .Select(i => new TinyImages.Labelled<bool> { Label = i % 3 == 0, Features = TinyImages.Pixels(i % 3, i) })
                .ToList()
        );
        IEstimator<ITransformer> pipeline = context
            .BinaryClassification.Trainers.Cnn(TinyImages.Network, epoch: 1)
            .Append(context.Transforms.CopyColumns("Logit", "Score"))
            .Append(context.Transforms.CopyColumns("Number", "Probability"))
            .Append(context.Regression.Trainers.Cnn(TinyImages.Network, "Number", epoch: 1))
            .Append(context.Transforms.Concatenate("Scores", "Logit", "Probability", "Score"));
        await LoadsInAFreshProcess(pipeline.Fit(images), images, "Scores");
    }

    private async Task LoadsInAFreshProcess(ITransformer model, IDataView images, string column)
    {
        string path = Path.Combine(library.Folder, $"{column}.zip");
        context.Model.Save(model, images.Schema, path);

        float[] pixels = TinyImages.Pixels(2, 7);
        IDataView image = context.Data.LoadFromEnumerable([new TinyImages.TextLabelled { Features = pixels }]);
        float[] expected = model.Transform(image).GetColumn<float[]>(column).Single();
        ConsoleApplication application = await library.ApplicationAsync(Program);
        string values = await application.RunAsync(
            path,
            string.Join(' ', pixels.Select(pixel => pixel.ToString(CultureInfo.InvariantCulture))),
            column
        );
        Assert.Equal(expected, values.Split(' ').Select(text => float.Parse(text, CultureInfo.InvariantCulture)));
    }
}
