using System.Globalization;
using Microsoft.ML.Cnn.Tests.Testing;

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
        Prediction prediction = context.Data.CreateEnumerable<Prediction>(model.Transform(image), false).Single();
        Console.Write(string.Join(' ', prediction.Score.Select(score => score.ToString(CultureInfo.InvariantCulture))));

        class Image
        {
            [VectorType(6, 6, 1)]
            public float[] Features { get; set; } = [];
        }

        class Prediction
        {
            public float[] Score { get; set; } = [];
        }
        """;

    [Fact]
    public async Task A_fresh_process_loads_a_model_with_no_call_but_ml_net_s_own()
    {
        MLContext context = new(seed: 1);
        IDataView images = TinyImages.View(context);
        CnnMulticlassPredictionTransformer model = context.MulticlassClassification.Trainers.Cnn(TinyImages.Options()).Fit(images);
        string path = Path.Combine(library.Folder, "model.zip");
        context.Model.Save(model, images.Schema, path);

        float[] pixels = TinyImages.Pixels(2, 7);
        IDataView image = context.Data.LoadFromEnumerable([new TinyImages.TextLabelled { Features = pixels }]);
        TinyImages.Scored expected = context.Data.CreateEnumerable<TinyImages.Scored>(model.Transform(image), false).Single();
        ConsoleApplication application = await library.ApplicationAsync(Program);
        string scores = await application.RunAsync(
            path,
            string.Join(' ', pixels.Select(pixel => pixel.ToString(CultureInfo.InvariantCulture)))
        );
        Assert.Equal(expected.Score, scores.Split(' ').Select(text => float.Parse(text, CultureInfo.InvariantCulture)));
    }
}
